"""Who may do what: each address, step and field with the roles it is for. A test fails where one has no row."""

STATES = ("draft", "in_review", "awaiting_approval", "published", "rechecked", "retracted", "dropped")
ROLES = ("stranger", "reader", "nobody", "contributor", "editor", "approver", "administrator")
DESK = {"contributor", "editor", "approver", "administrator"}
EDITORS = DESK - {"contributor"}
APPROVERS = EDITORS - {"editor"}
ADMINISTRATORS = {"administrator"}
NONE: set[str] = set()

#: model → who may look, add, change, delete
MODELS = {
    "claim": (DESK, DESK, DESK, ADMINISTRATORS),  # and whoever made a draft deletes it
    "article": (DESK, DESK, DESK, ADMINISTRATORS),
    "source": (DESK, DESK, DESK, ADMINISTRATORS),
    "topic": (DESK, EDITORS, EDITORS, ADMINISTRATORS),
    "page": (DESK, APPROVERS, APPROVERS, ADMINISTRATORS),
    "ratingwords": (DESK, EDITORS, EDITORS, ADMINISTRATORS),
    "alias": (DESK, EDITORS, EDITORS, ADMINISTRATORS),
    "suggestion": (DESK, DESK, EDITORS, NONE),
    "evidence": (DESK, NONE, NONE, NONE),
    "appearance": (DESK, NONE, NONE, NONE),
    "claimrelation": (DESK, NONE, NONE, NONE),
    "card": (DESK, NONE, NONE, NONE),
    "accountchange": (ADMINISTRATORS, NONE, NONE, NONE),
    "batch": (ADMINISTRATORS, NONE, NONE, NONE),
    "batchitem": (DESK, NONE, NONE, NONE),
    "withholding": (DESK, NONE, NONE, NONE),
    "proposal": (DESK, NONE, NONE, NONE),
    "publication": (DESK, NONE, NONE, NONE),
    "secondopinion": (DESK, NONE, NONE, NONE),
    "match": (DESK, NONE, NONE, NONE),
    "user": (ADMINISTRATORS, ADMINISTRATORS, ADMINISTRATORS, NONE),
    "group": (ADMINISTRATORS, NONE, NONE, NONE),
    "accessattempt": (NONE, NONE, NONE, NONE),
    "accessattemptexpiration": (NONE, NONE, NONE, NONE),
    "accesslog": (NONE, NONE, NONE, NONE),
    "accessfailurelog": (NONE, NONE, NONE, NONE),
}
#: our own addresses → who may GET, who may POST (None: not by that method)
OURS = {
    "claims_export": (ADMINISTRATORS, None),
    "claims_import": (ADMINISTRATORS, ADMINISTRATORS),
    "claims_assign": (None, DESK),
    "claims_view": (None, DESK),
    "calendar": (DESK, None),
    "people": (DESK, None),
    "person": (DESK, None),
    "claims_similar": (DESK, None),
    "claims_used_before": (DESK, None),
    "claims_rationale": (None, DESK),
    "claims_step": (DESK, DESK),  # whom a step is for is in STEPS: the workflow says it
    "claims_check": (DESK, DESK),  # only editors decide there: the workflow says it
    "claims_comment": (None, DESK),
    "claims_addition": (DESK, DESK),  # who proposes it: the workflow says it
    "claims_translate": (DESK, DESK),  # not while one is to judge it blind
    "claims_merge": (DESK, DESK),  # which claims may be: the workflow says it; not while one is to judge them blind
    "claims_split": (DESK, DESK),
    "claims_opinion": (None, DESK),  # who may give one is tested below: the workflow says it
    "claims_redact": (None, DESK),  # only editors may: the workflow says it
    "claims_decide": (None, DESK),  # who may decide is tested with the cards: the workflow says it
    "claims_preview": (DESK, DESK),
    "claims_difference": (DESK, None),
    "claims_workbench": (DESK, DESK),
    "claims_article_merge": (DESK, DESK),  # only editors may: the workflow says it
    "claims_hedge": (DESK, None),
    "claims_link": (None, ADMINISTRATORS),
    "claims_factor": (None, ADMINISTRATORS),
    "claims_batch": (None, ADMINISTRATORS),
    "claims_confirm": (None, ADMINISTRATORS),
}
OF_A_CLAIM = ("claims_opinion", "claims_preview", "claims_difference", "claims_step",
              "claims_comment", "claims_merge", "claims_split",
              "claims_addition", "claims_translate")  # fmt: skip
#: Django's own frame, the same for everybody who works here
FRAME = {"index", "inbox", "login", "logout", "password_change", "password_change_done", "jsi18n", "autocomplete",
         "view_on_site", "app_list", None}  # fmt: skip
#: step → the states it starts from, the status it ends in, who may take it
STEPS = {
    "start_review": ({"draft"}, "in_review", EDITORS),
    "submit": ({"in_review", "rechecked"}, "awaiting_approval", EDITORS),
    "approve": ({"awaiting_approval"}, "published", APPROVERS),
    "correct": ({"rechecked"}, "awaiting_approval", EDITORS),
    "send_back": ({"awaiting_approval"}, "in_review", EDITORS),
    "return_to_draft": ({"in_review"}, "draft", EDITORS),
    "recheck": ({"published"}, "in_review", EDITORS),
    "retract": ({"published", "rechecked"}, "awaiting_approval", EDITORS),
    "drop": ({"draft", "in_review"}, "dropped", EDITORS),  # and whoever has the draft
    "take_up": ({"dropped"}, "draft", EDITORS),
}
#: state → who may change the content of a claim
CONTENT = {"draft": DESK, "in_review": EDITORS, "rechecked": EDITORS}


def roles_in(state):
    """Whom to try: who does not work here is asked to sign in whatever the claim's state."""
    return ROLES if state == STATES[0] else ROLES[2:]
