"""One task per screen; modals return a value and do no I/O."""
