"""The fewest quarters: how soon everything can be done, and the proof that it cannot be sooner.

``schedule`` finds plans by packing moves one after the other, ``timeless`` and ``tree`` prove that there
is none in fewer quarters, ``finish`` plays one against the other, and ``shortage`` says what money is
lacking where no order of the moves can help.
"""
