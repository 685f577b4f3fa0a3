"""The pure core: values in, values out. No clock, no disk, no network; time comes in as an argument."""
