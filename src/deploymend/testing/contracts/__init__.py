"""The contract suites: what every implementation of a port must do, a file for each port."""
