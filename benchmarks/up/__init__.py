"""What `herdbook up` costs. It knows the command and the processes under it, and none of Herdbook's modules."""
