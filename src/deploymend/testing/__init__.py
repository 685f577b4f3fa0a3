"""For authors of plug-ins, and for our own tests: a fake for each port and the contract suites (`contracts/`)."""
