"""What goes wrong in earnest: killed processes, torn files, full disks, broken networks."""
