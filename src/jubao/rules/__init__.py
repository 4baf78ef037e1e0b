"""The arithmetic of the scheme over numpy arrays: every amount in int64 fen, every rate an argument.

The map of the room, one word for each business as elsewhere in the house:

- ``eligibility``: ages and who has reached them, first pension month, required years;
- ``contribution``: tiers in force, subsidies by collection rule;
- ``account``: interest on individual accounts;
- ``benefit``: account pension, increment, the national minimum by level, drawing on the account;
- ``arrears``: months to be paid afterwards, and the periods they are written in;
- ``settlement``: what ends with a relation: account paid out, refund, offset, recovery;
- ``recovery``: which money that came back covers which month, item or instalment;
- ``funeral``: the funeral grant and its conditions;
- ``projection``: people by sex and age and the fund, year by year.

No rate, age, amount or date of the law stands here: operations read them from policy and hand them in.
"""
