"""Long documents read with DeepSeek Sparse Attention, from PySpark, classic or through Spark Connect.

    import longread
    answers = longread.generate(contracts, model="models/v3.2", question="Which law governs?", id_column="contract_id")

Every function takes a data frame and gives one with the columns of the result table: doc_id, question_index, status,
error_code, text and so on. Keywords are the options of a run, dashes written as underscores; those not given are the
session's ``spark.longread.*``. Options and model are checked by the call, documents are read by an action; an error of an
action is Spark's, and ``longread.explain(error)`` its one message that matters.
"""

from longread._calls import LongreadError, Option, embed, explain, generate, score, tokens

__all__ = ["LongreadError", "Option", "embed", "explain", "generate", "score", "tokens"]
