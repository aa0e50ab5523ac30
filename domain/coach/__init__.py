"""The coach: reads a draft beside the mention it answers and says what an experienced colleague would.

`Coach(rules, book, scorer).remarks(draft)` is pure and never raises. A reply is read once (`reading`): folded
text, sentences, words. Phrases (`phrases`) find acts in it, such as *apologises*, *asks back*, *will do, with
a time*; rules (`rule`) combine acts, by their data or by a small function (`checks`). What rules cannot name
is left to a learned scorer (`scorer`), which points at the words that weighed most.
"""
