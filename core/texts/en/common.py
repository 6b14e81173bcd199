"""Sentences that several pages share."""

TEXTS = {
    "app.title": "Tact",
    "error.ours": "Something went wrong on our side. Your data and your runs are safe; please try again. "
    "The details are in the server's log.",
    # the place a page stands in
    "place.curator": "Curator room",
    "place.curator.help": "For those who may see the uploaded data: exact counts are shown here. "
    "Nothing on this page may be passed on.",
    "place.outside": "Outside",
    "place.outside.help": "What is computed from shoppers and shown here went through a differentially private "
    "release and is in the ledger. It may be passed on once the release is approved.",
    "place.sample": "Sample data: synthetic",
    "place.sample.help": "An invented shop, made by a random generator. None of these shoppers exists, "
    "so nobody's privacy is at stake and exact figures may be shown anywhere.",
    # frame
    "frame.language": "Language",
    "frame.dataset": "Data",
    "frame.dataset.sample": "Sample shop (synthetic)",
    "frame.dataset.version": "{name}, version {version}",
    "frame.study": "Study",
    "frame.no_data": "There is no data yet. Look at the sample shop first, or upload your own two files.",
    "frame.to_overview": "See it on the sample shop",
    "frame.to_data": "Upload my files",
    "frame.no_study": "No training has finished on this data yet. Start one: it shows its time and its ε beforehand.",
    "frame.study_going": "A training is on its way. This page fills itself once it has finished.",
    "frame.to_training": "To Training",
    # runs and notices
    "run.queued": "waiting for its turn",
    "run.starting": "starting",
    "run.running": "running",
    "run.cancelling": "stopping",
    "run.cancelled": "cancelled",
    "run.failed": "failed",
    "run.done": "finished",
    "run.interrupted": "interrupted",
    "run.no_reason": "It stopped without giving a reason; the server's log may know more.",
    "notice.done": "**{title}** has finished.",
    "notice.measured": "**{title}** is measured.",
    "notice.imported": "**{title}** is imported.",
    "notice.cancelled": "**{title}** was cancelled. What it had drawn stays in the ledger.",
    "notice.failed": "**{title}** did not finish. {why}",
    "notice.failed_elsewhere": "**{title}** did not finish. Every other page says why.",
    "notice.see": "See the curve",
    "notice.risk": "See the risk",
    "notice.bounds": "See what it proved",
    "notice.dismiss": "Dismiss",
    # the way on
    "next.data": "Next: look at the data",
    "next.anonymization": "Next: hide what need not be there",
    "next.privacy": "Next: choose the protection",
    "next.training": "Next: train",
    "next.tradeoff": "Next: see the curve",
    "next.recommendations": "Next: what one shopper is shown",
    # lengths of time
    "time.seconds": "{n:.0f} s",
    "time.minutes": "{n:.1f} min",
    "time.hours": "{n:.1f} h",
    # words
    "event.purchase.many": "Purchases",
    "event.view.many": "Views",
    "event.purchase.one": "bought",
    "event.view.one": "viewed",
    "method.popularity": "Popularity",
    "method.content": "Content",
    "method.statistics": "Statistics",
    "method.hybrid": "Hybrid",
    "method.mlp": "Neural network",
    "method.popularity.what": "The same best sellers for everybody, from noisy counts. "
    "The floor: personalisation has to beat it.",
    "method.content.what": "Similar words, category and price in the published catalogue, "
    "next to the shopper's own history. Uses nothing private of others: it costs no ε.",
    "method.statistics.what": "Which products are bought by the same shoppers, from one noisy release.",
    "method.hybrid.what": "All signals together, weighed by a small network trained under differential privacy. "
    "The default.",
    "method.mlp.what": "The textbook network (embeddings, two dense layers) trained by DP-SGD. "
    "On small shops it rarely beats popularity; it is here so that you can see that.",
    "epsilon.value": "ε {epsilon:g}",
    "epsilon.none": "no protection",
    "epsilon.free": "costs no ε",
    # columns
    "column.item_id": "ProductID",
    "column.title": "Title",
    "column.category": "Category",
    "column.price": "Price",
    "column.rating": "Rating",
    "column.text": "Text (title, name, description)",
    "column.event_type": "Behaviour",
    "column.timestamp": "Time",
    "column.times": "Times",
    # axes
    "axis.events": "Events",
    "axis.shoppers": "Shoppers",
    "axis.products": "Products",
    "axis.rank": "Rank of the product (1 = the most popular)",
    "axis.events_per_shopper": "Events of one shopper",
    "axis.price": "Price",
    "axis.epsilon": "Privacy budget ε (left: more protection, right: less)",
    "hover.popularity": "Rank %{x:,}: %{y:,} events",
}
