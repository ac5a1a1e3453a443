"""The web around the wire: the application, its routes, the page's files and who may talk."""
