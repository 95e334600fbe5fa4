"""The card of a run, ``card.html``: what its records say, collected and drawn for a page.

Nothing is measured here, and what a run has no present record of is left out. The words around it
are in ``web/templates/card.html.j2``.
"""
