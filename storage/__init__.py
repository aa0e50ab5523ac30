"""The one SQLite file: connections, migrations, SQL per aggregate."""
