"""What can be done at the command line, a module each."""
