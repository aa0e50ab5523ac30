"""What each key does: tables from the id of an act to what it does on the floor."""
