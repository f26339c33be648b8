"""The peers, a folder for each: what somebody would write who serves the model with that framework.

Each runs in an environment of its own, with its folder and this one on the path; none imports Herdbook.
"""
