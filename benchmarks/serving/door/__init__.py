"""Our service with one part of it taken out, to see what that part costs: switches that exist here only."""
