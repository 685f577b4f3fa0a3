"""The doors: one module per kind of I/O. Everything above asks these; nothing above opens a process, socket or file."""
