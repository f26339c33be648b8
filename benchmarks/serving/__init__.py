"""How fast models are served: ours and the ways in which a user would otherwise do it, one after the other.

It knows how servers are started, loaded and measured, and what their figures mean beside each other. It does
not know how a model is trained or served: it runs the commands that do.
"""
