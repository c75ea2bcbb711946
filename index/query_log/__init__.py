"""What readers searched for, where an installation wants it kept: a small database beside the archive, without a trace
of who they were. The service writes it (`log_file`), the command line and the staff's page read it (`report`).
"""
