"""The frame of the desk: its admin site, front page, queues, and text kept over a new sign-in.

Apart from admin/, because Django makes the site before it may import what registers with it.
"""
