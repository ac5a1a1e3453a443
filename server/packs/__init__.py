"""Emoji packs and kinds of pictures; for the web server and the command line."""
