"""A prediction, shown to a person."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from herdbook.client import Prediction
from ui.markup import facts, notice

EMPTY = '<div class="empty"><p>The answer will stand here.</p></div>'
MOST_BARS = 12


def show_prediction(prediction: Prediction, names: Mapping[str, str]) -> str:
    """Show the label large, every class as a bar, the cluster, a warning for an outlier, and its id."""
    away = (
        "Unlike anything in the training data: this record lies in no cluster, so take the label with care."
        if prediction.outlier
        else ""
    )
    told = {
        "Cluster": say_cluster(prediction.cluster, names),
        "Membership": f"{prediction.membership:.2f}",
        "Prediction": prediction.id,
        "Model": prediction.model,
    }
    return (
        f'<section class="answer" aria-label="Answer"><p class="hint">Prediction</p>'
        f'<p class="label">{escape(prediction.label)}</p>'
        f'<p class="sure">{share(prediction.confidence)} sure</p>{notice(away, "warn")}'
        f"{write_bars(prediction.probabilities)}{facts(told)}"
        '<p class="actions"><button class="push plain" type="button" data-goto="discover">'
        "Show it on the map</button></p></section>"
    )


def say_cluster(number: int, names: Mapping[str, str]) -> str:
    """Name a cluster.

    >>> say_cluster(2, {"2": "dog"}), say_cluster(2, {}), say_cluster(-1, {})
    ('dog (cluster 2)', 'cluster 2', 'none')
    """
    if number < 0:
        return "none"
    name = names.get(str(number))
    return f"{name} (cluster {number})" if name else f"cluster {number}"


def write_bars(probabilities: Mapping[str, float]) -> str:
    """Write each class with its probability, the likeliest first."""
    order = sorted(probabilities.items(), key=lambda item: -item[1])
    bars = "".join(
        f"<li{' class=first' if place == 0 else ''}><span>{escape(name)}</span>"
        f'<span class="rail"><span class="fill" style="width:{100 * value:.2f}%"></span></span>'
        f'<span class="share">{share(value)}</span></li>'
        for place, (name, value) in enumerate(order[:MOST_BARS])
    )
    rest = len(order) - MOST_BARS
    more = f'<p class="hint">And {rest} less likely.</p>' if rest > 0 else ""
    return f'<ul class="bars" aria-label="Probability of each class">{bars}</ul>{more}'


def share(value: float) -> str:
    r"""Write a share in per cent; none that is not whole is written as 0 or 100.

    >>> share(0.9731), share(0.99996), share(0.00004), share(1.0)
    ('97.3\xa0%', '> 99.9\xa0%', '< 0.1\xa0%', '100\xa0%')
    """
    if 0 < value < 0.001:
        return "< 0.1\N{NO-BREAK SPACE}%"
    if 0.999 < value < 1:
        return "> 99.9\N{NO-BREAK SPACE}%"
    return f"{100 * value:.{0 if value in {0.0, 1.0} else 1}f}\N{NO-BREAK SPACE}%"
