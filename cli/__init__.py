"""The commands and the supervisor behind `herdbook up`; heavy imports live inside the commands.

It does not know how a model is fitted or how a request is decoded.
"""
