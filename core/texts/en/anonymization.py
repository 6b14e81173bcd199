"""Sentences of the Anonymisation page."""

TEXTS = {
    "anonymization.menu": "Anonymisation",
    "anonymization.title": "Anonymisation",
    "anonymization.lead": "Make rows less telling before anybody works with them, and measure how easily a shopper can "
    "still be recognised. Every choice is saved as you make it.",
    "anonymization.no_epsilon": "**Anonymisation buys no ε.** What stands here is measured on this data, not proven: "
    "somebody who knows more than was assumed, or has a cleverer attack, may do better. Only the ε of the Privacy page "
    "holds against everybody. Anonymised rows are still rows of real shoppers: treat them as personal data.",
    "anonymization.run": "risk of being recognised",
    # presets
    "anonymization.preset": "Start from",
    "anonymization.preset.none": "Nothing: as it was uploaded",
    "anonymization.preset.none.what": "Begin here to learn how identifiable your shoppers are as they stand.",
    "anonymization.preset.internal": "Internal analysis",
    "anonymization.preset.internal.what": "For colleagues on your own systems: names and addresses go, the detail of "
    "what was bought stays.",
    "anonymization.preset.partner": "Partner",
    "anonymization.preset.partner.what": "For somebody under contract who may not try to recognise anybody: coarser, "
    "and rare things go.",
    "anonymization.preset.publication": "Publication",
    "anonymization.preset.publication.what": "For files that anybody may read: the strictest, without times. Look at "
    "the risk that remains before you publish; often it is too high still.",
    "anonymization.preset.own": "My own choice",
    "anonymization.preset.own.what": "The options below, as they stand now.",
    # groups
    "anonymization.group.identity": "Who the shopper is",
    "anonymization.group.rows": "What is in the rows",
    "anonymization.group.amount": "How much of a shopper is there",
    "anonymization.group.local": "Noise in every event",
    "anonymization.group.thresholds": "Thresholds over shoppers",
    "anonymization.files_only": "For exported files only",
    "anonymization.files_only.help": "A threshold counts other shoppers: whether your row stays then depends on them, "
    "and theirs on you. No study with an ε can be made on such rows, so studies leave these options out.",
    "anonymization.files_only.on": "These options are kept for the files below. **Studies leave them out**: no ε can "
    "be shown for rows that depend on other shoppers.",
    "anonymization.not": "Does not protect: {what}",
    # options
    "anonymization.drop_columns": "Leave columns out",
    "anonymization.drop_columns.what": "What is not there cannot be linked: the column is empty or gone in every row.",
    "anonymization.drop_columns.not": "what the other columns tell, the history above all.",
    "anonymization.mask_identifiers": "Mask what names a person",
    "anonymization.mask_identifiers.what": "Further columns named after an e-mail, phone, address, name, card, birth "
    "date or postcode become blank; elsewhere a cell that holds an e-mail or postal address, a phone, card or account "
    "number or an IP address becomes ***.",
    "anonymization.mask_identifiers.not": "what no pattern knows, such as names of people in a column of another name. "
    "A column that is not needed is better left out.",
    "anonymization.pseudonymize": "Replace shoppers' ids by pseudonyms",
    "anonymization.pseudonymize.what": "A keyed code (HMAC-SHA256): the same shopper gets the same code, and nobody "
    "gets back without this machine's key.",
    "anonymization.pseudonymize.not": "shoppers whose history is known: three purchases are often enough to find them.",
    "anonymization.pseudonym_format": "Form of the code",
    "anonymization.pseudonym_format.hex": "20 hexadecimal digits",
    "anonymization.pseudonym_format.same": "like the id (digits stay digits)",
    "anonymization.pseudonym_format.help": "Hexadecimal codes cannot be turned back; whoever holds the key can still "
    "try ids against them. Codes that look like the id "
    "(FF1, NIST SP 800-38G) can be turned back by whoever holds the key; ids of which fewer than a million look alike "
    "get hexadecimal codes all the same.",
    "anonymization.coarsen_time": "Coarsen time to the",
    "anonymization.coarsen_time.what": "The exact second of a purchase is nearly a fingerprint; the day seldom is.",
    "anonymization.coarsen_time.not": "what was bought: a few purchases with their day often single a shopper out.",
    "anonymization.coarsen_time.exact": "exact time (as it is)",
    "anonymization.coarsen_time.hour": "hour",
    "anonymization.coarsen_time.day": "day",
    "anonymization.coarsen_time.week": "week",
    "anonymization.coarsen_time.month": "month",
    "anonymization.price_bands": "Price bands (upper edges)",
    "anonymization.price_bands.what": "Prices become bands that you declare, such as 5, 10, 25. Bands drawn from the "
    "data would tell of it.",
    "anonymization.price_bands.not": "a product whose id stays: the price is then known anyway.",
    "anonymization.price_bands.wrong": "Price bands: please give rising numbers with commas between, such as "
    "5, 10, 25.",
    "anonymization.round_prices": "Round prices",
    "anonymization.round_prices.value": "To a multiple of",
    "anonymization.round_prices.what": "19.99 and 20.30 both become 20: an unusual price no longer stands out.",
    "anonymization.round_prices.not": "very dear products, which are few at any rounding.",
    "anonymization.category_levels": "Roll categories up",
    "anonymization.category_levels.value": "Levels that stay",
    "anonymization.category_levels.what": "Of “Home > Kitchen > Knives” only the first levels stay. Labels side by "
    "side (genres) are no levels and stay.",
    "anonymization.category_levels.not": "a product whose id stays, and categories without levels.",
    "anonymization.max_products_per_shopper": "Limit the products of a shopper",
    "anonymization.max_products_per_shopper.value": "Most products of one shopper",
    "anonymization.max_products_per_shopper.what": "Above this, a keyed coin chooses which of the shopper's products "
    "stay. Very active shoppers are the easiest to recognise.",
    "anonymization.max_products_per_shopper.not": "shoppers with few but rare products. Leaving rows out also thins "
    "the crowd that others hide in: look at the risk.",
    "anonymization.max_events_per_shopper": "Limit the events of a shopper",
    "anonymization.max_events_per_shopper.value": "Most events of one shopper",
    "anonymization.max_events_per_shopper.what": "Above this, a keyed coin chooses which rows of the shopper stay. It "
    "also bounds what noise in every event adds up to.",
    "anonymization.max_events_per_shopper.not": "shoppers with few but rare events. Leaving rows out also thins the "
    "crowd that others hide in: look at the risk.",
    "anonymization.local_epsilon": "Change products at random (local differential privacy)",
    "anonymization.local_epsilon.value": "ε of one event",
    "anonymization.local_epsilon.what": "Each event keeps its product only by a coin, else it gets another product of "
    "the product file (randomised response): every single row can be denied. Further columns are left out. It needs a "
    "product file, and cannot go with a limit on products.",
    "anonymization.local_epsilon.not": "that a shopper was there, how often and when; and a whole history far less "
    "than one event, as the figures say.",
    "anonymization.local_epsilon.event": "One event",
    "anonymization.local_epsilon.median": "Shopper of {n:,} events (median)",
    "anonymization.local_epsilon.most": "Shopper of {n:,} events (busiest)",
    "anonymization.local_epsilon.cap": "Any shopper (at most {n:,} events)",
    "anonymization.local_epsilon.adds_up": "A shopper's events add up: ε {event:g} an event is **ε {shopper:,g}** for "
    "all that a shopper of {n:,} events bought. It protects which products these were, and is no part of a study's ε.",
    "anonymization.suppress_items_below": "Drop rare products",
    "anonymization.suppress_items_below.value": "Fewest shoppers of a product",
    "anonymization.suppress_items_below.what": "Rows of a product that fewer shoppers touched are left out.",
    "anonymization.suppress_items_below.not": "common products in a rare combination.",
    "anonymization.k_anonymity": "k-anonymity over columns",
    "anonymization.k_anonymity.value": "Shoppers who look alike, at least (k)",
    "anonymization.k_anonymity.columns": "What somebody may know of a shopper",
    "anonymization.k_anonymity.columns.none": "Choose at least one column; until then nothing is done.",
    "anonymization.k_anonymity.how": "Shoppers in smaller groups",
    "anonymization.k_anonymity.how.generalize": "make values general first",
    "anonymization.k_anonymity.how.suppress": "leave them out",
    "anonymization.k_anonymity.what": "In the chosen columns every shopper looks like at least k − 1 others.",
    "anonymization.k_anonymity.not": "what is in other columns, the products themselves above all; and a group whose "
    "members all share a secret.",
    "anonymization.km_anonymity": "k^m-anonymity over baskets",
    "anonymization.km_anonymity.value": "Shoppers found, at least (k)",
    "anonymization.km_anonymity.m": "Products known (m)",
    "anonymization.km_anonymity.what": "Whoever knows any m products of a shopper still finds at least k shoppers "
    "with them (Terrovitis et al. 2008); rarer combinations lose products.",
    "anonymization.km_anonymity.not": "somebody who knows more than m products, or knows when they were bought.",
    # identifiers
    "anonymization.found.one": "Column **{column}** looks like {kind}.",
    "anonymization.found.open": "Masking overwrites what its patterns know; leaving the columns out is safer.",
    "anonymization.found.drop": "Leave them out",
    "anonymization.kind.email": "e-mail addresses",
    "anonymization.kind.phone": "phone numbers",
    "anonymization.kind.card": "card numbers",
    "anonymization.kind.iban": "bank accounts",
    "anonymization.kind.ip": "IP addresses",
    "anonymization.kind.id_card": "numbers of identity papers",
    "anonymization.kind.postcode": "postcodes",
    "anonymization.kind.birth_date": "dates of birth",
    "anonymization.kind.address": "postal addresses",
    "anonymization.kind.name": "names of people",
    "anonymization.kind.code_of_the_shopper": "another id of the shopper",
    "anonymization.kind.other": "something that names a person",
    # previews
    "anonymization.preview.wait": "Trying it on this data",
    "anonymization.preview.none": "No effect on this data.",
    "anonymization.preview.sample": "This data is large: what the blue sentences count was counted on "
    "{shoppers:,} of {of:,} shoppers, the same ones each time. With fewer shoppers, thresholds look harsher than they "
    "are; risk and files take everybody.",
    # key
    "anonymization.key": "Key of the pseudonyms",
    "anonymization.key.stand": "Version {version}, fingerprint `{fingerprint}`.",
    "anonymization.key.rotate": "Use a new key (version {version})",
    "anonymization.key.rotate.what": "**A new key** gives every shopper another code in all files from now on: files "
    "made before and after cannot be matched by their codes without the keys, not even by who has both. Files that "
    "were handed on "
    "already stay as they are. Studies keep version 1, so nothing changes there.",
    "anonymization.key.sure": "I know that files made from now on no longer match those made before",
    "anonymization.key.delete": "Delete the older keys too",
    "anonymization.key.delete.help": "Then nobody without a copy of the key can make their codes again or tell which "
    "code was which shopper; "
    "only version 1 stays, for studies. This cannot be undone.",
    "anonymization.key.what": "The key lies in this workspace's folder of keys, apart from all data. Whoever has it "
    "can tell which code is which shopper.",
    # risk
    "anonymization.risk": "Measure the risk",
    "anonymization.risk.lead": "In the background: attacks on the rows before and after the chosen options, what "
    "these cost, and the files with their certificate. You may leave this page meanwhile.",
    "anonymization.risk.lead.none": "Nothing is chosen: this measures how identifiable your shoppers are in the "
    "data as it was uploaded.",
    "anonymization.risk.start": "Measure the risk",
    "anonymization.risk.again": "Measure again",
    "anonymization.risk.stale": "The options have changed since this was measured. What follows is for the options of "
    "before; measure again for those above.",
    "anonymization.risk.found": "What was measured",
    "anonymization.risk.untouched": "The data as it was uploaded: nothing is chosen.",
    "anonymization.risk.unicity": "Singled out by a few known purchases",
    "anonymization.risk.unicity.what": "Somebody knows some of a shopper's true purchases and looks for who has them "
    "all (de Montjoye et al. 2015). Bars carry 95 % intervals: shoppers were sampled.",
    "anonymization.risk.linkage": "Two halves of a history, put together again",
    "anonymization.risk.linkage.what": "Each history is cut in two, and an attack looks for the other half by the "
    "products alone. Another attack may do better.",
    "anonymization.risk.attackers": "Three attackers",
    "anonymization.risk.attackers.what": "By what is known of a shopper beside products, as ARX names them: the "
    "prosecutor knows that one shopper is in the file, the journalist does not, the marketer wants as many as he can.",
    "anonymization.risk.groups": "Shoppers who look alike",
    "anonymization.risk.groups.what": "Groups of shoppers who are the same in the columns that were chosen for "
    "k-anonymity, or in the usual ones.",
    "anonymization.risk.k": "k, smallest group",
    "anonymization.risk.k.help": "Every shopper looks like at least k − 1 others in these columns.",
    "anonymization.risk.l": "l, different values in a group",
    "anonymization.risk.l.help": "The least number of different values of the sensitive column in one group: with 1, "
    "whoever finds the group knows the value.",
    "anonymization.risk.t": "t, distance from everybody",
    "anonymization.risk.t.help": "How far a group's values may be from those of all shoppers, from 0 (a group tells "
    "nothing) to 1.",
    # cost
    "anonymization.cost": "What it costs",
    "anonymization.cost.what": "Each option against the data that it was given, then everything together against the "
    "original. What recommendations lose is on the Trade-off page, as a grid.",
    "anonymization.cost.none": "–",
    "anonymization.cost.option": "Option",
    "anonymization.cost.all": "Everything together",
    "anonymization.cost.coarsen_time": "Coarsen time",
    "anonymization.cost.price_bands": "Price bands",
    "anonymization.cost.rows_kept": "Rows kept",
    "anonymization.cost.shoppers_kept": "Shoppers kept",
    "anonymization.cost.products_kept": "Products kept",
    "anonymization.cost.information_loss": "Information lost",
    "anonymization.cost.cells_changed": "Cells changed",
    # files
    "anonymization.files": "Files to hand on",
    "anonymization.files.what": "The anonymised files in the fixed schema, cells that a spreadsheet would run as a "
    "formula made harmless, with the figures above and a certificate of what was done, measured, and left open. They "
    "carry **no ε**.",
    "anonymization.files.untouched": "Nothing was chosen, so these files hold every shopper's rows as they were "
    "uploaded, ids included. They are not anonymised: keep them to yourself.",
    "anonymization.files.zip": "Files and certificate (ZIP)",
    "anonymization.files.certificate": "Certificate (HTML)",
    "anonymization.files.view": "Read the certificate here",
    "anonymization.files.view.alt": "The certificate of these files",
    "anonymization.risk.newest": "Measured last:",
    "anonymization.risk.other": "That was for other options than those chosen now.",
    "anonymization.risk.further": "[All pictures, what it cost, and the files](#{anchor}) stand at the end of this "
    "page.",
    "anonymization.risk.none": "Not measured yet.",
    # in a few words, for other pages
    "anonymization.short.drop_columns": "without {value}",
    "anonymization.short.mask_identifiers": "identifiers masked",
    "anonymization.short.pseudonymize": "pseudonyms for ids",
    "anonymization.short.coarsen_time": "time cut to the {value}",
    "anonymization.short.price_bands": "prices in {value} bands",
    "anonymization.short.round_prices": "prices rounded to {value}",
    "anonymization.short.category_levels": "{value} level(s) of category",
    "anonymization.short.max_products_per_shopper": "at most {value} products a shopper",
    "anonymization.short.max_events_per_shopper": "at most {value} events a shopper",
    "anonymization.short.local_epsilon": "products changed at random (ε {value} an event)",
    "anonymization.short.suppress_items_below": "products of fewer than {value} shoppers dropped",
    "anonymization.short.k_anonymity": "{value}-anonymity over columns",
    "anonymization.short.km_anonymity": "k^m-anonymity over baskets with k = {value}",
    # columns of the table of shoppers
    "anonymization.shopper.events_band": "How many events (in bands)",
    "anonymization.shopper.first_month": "Month of the first event",
    "anonymization.shopper.last_month": "Month of the last event",
    "anonymization.shopper.favourite_category": "Commonest category",
    "anonymization.shopper.price_band": "Usual price (in bands)",
}
