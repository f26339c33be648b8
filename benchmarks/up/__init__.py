"""What `herdbook up` costs. It knows the command and its processes, and none of Herdbook's modules."""
