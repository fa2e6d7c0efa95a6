"""Many plans at once: jobs for processes of this machine or for a cluster, by one interface, ``Executor``.

What is found never depends on where or in which order it was found: a job is planned with a budget of work, as if it
were the only one, and one whose worker was lost is planned again.
"""
