"""Pages of a team's plan, for those who lead it: what is given to whom, how far they are, what is decided."""

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from trainer.accounts.proxies import me
from trainer.clock import now
from trainer.db import db
from trainer.learning.errors import Conflict, Invalid
from trainer.library.queries import live_catalogue
from trainer.notices.queries import notices_about
from trainer.teams.models import Team
from trainer.teams.queries import Member, member_of, roles_of, team_led
from trainer.teams.routes import team_to_change
from trainer.training import actions, queries, rulings
from trainer.training.actions import Planning, terms_of
from trainer.training.choosing import objectives_to_choose, trainings_chosen
from trainer.training.forms import AssignForm, DecisionForm, ReasonForm, TermsForm
from trainer.training.models import Assignment
from trainer.training.rulings import Case, Decision
from trainer.training.targets import target_of, targets
from trainer.training.telling import of_cycle
from trainer.web import render, said, see_other, signed_in

PAGE_SIZE = 100
"""People on a page; what is counted is about all."""

blueprint = Blueprint("training", __name__, url_prefix="/teams/<team_id>/plan")


@blueprint.get("", strict_slashes=False)
@signed_in
def plan(team_id: str) -> Response:
    """What the team has given, and how many have done it."""
    team = team_led(db.session, me(), team_id)
    trainings = queries.trainings_of(db.session, live_catalogue(db.session), team, now=now(), viewer=me().id)
    return render("training/plan.html", team=team, trainings=trainings)


@blueprint.get("/new")
@signed_in
def show_new(team_id: str) -> Response:
    """The form for a new training."""
    team = team_led(db.session, me(), team_id)
    day = team.audit_on if team.audit_on and team.audit_on > now().date() else None
    return _assign_page(team, AssignForm(None, due_on=day))


@blueprint.post("", strict_slashes=False)
@signed_in
def assign(team_id: str) -> Response:
    """Give what was ticked."""
    team, form = team_to_change(team_id), AssignForm()
    _offer(team, form)
    if not form.validate():
        return _assign_page(team, form, 422)
    planning = _planning(team)
    try:
        chosen = trainings_chosen(db.session, planning.catalogue, team, form.choice())
        actions.assign_all(planning, chosen, form.terms())
    except Invalid as refusal:
        form.form_errors.append(said(refusal))
        return _assign_page(team, form, 422)
    flash(
        ngettext(
            "Given. People are told by mail.", "%(num)s trainings are given. People are told by mail.", len(chosen)
        ),
        "success",
    )
    return see_other(url_for("training.plan", team_id=team_id))


@blueprint.get("/<assignment_id>")
@signed_in
def show(team_id: str, assignment_id: str) -> Response:
    """One training: how far everybody is."""
    team, assignment = _given(team_id, assignment_id)
    return _training_page(team, assignment, ReasonForm(formdata=None))


@blueprint.get("/<assignment_id>/change")
@signed_in
def show_change(team_id: str, assignment_id: str) -> Response:
    """The form to change its rules."""
    team, assignment = _given(team_id, assignment_id)
    return _change_page(team, assignment, TermsForm(None, obj=terms_of(assignment)))


@blueprint.post("/<assignment_id>/change")
@signed_in
def change(team_id: str, assignment_id: str) -> Response:
    """Change them."""
    team, form = team_to_change(team_id), TermsForm()
    assignment = queries.assignment_of(db.session, team, assignment_id)
    if not form.validate():
        return _change_page(team, assignment, form, 422)
    try:
        actions.change_terms(_planning(team), assignment, form.terms())
    except (Invalid, Conflict) as refusal:
        form.form_errors.append(said(refusal))
        return _change_page(team, assignment, form, 422)
    flash(_("Saved."), "success")
    return see_other(url_for("training.show", team_id=team_id, assignment_id=assignment_id))


@blueprint.post("/<assignment_id>/end")
@signed_in
def take_back(team_id: str, assignment_id: str) -> Response:
    """Nobody has to do it any more."""
    team, form = team_to_change(team_id), ReasonForm()
    assignment = queries.assignment_of(db.session, team, assignment_id)
    if not form.validate():
        return _training_page(team, assignment, form, 422)
    try:
        actions.take_back(_planning(team), assignment, form.why())
    except (Invalid, Conflict) as refusal:
        form.form_errors.append(said(refusal))
        return _training_page(team, assignment, form, 422)
    flash(_("Taken back. What was done stays."), "success")
    return see_other(url_for("training.plan", team_id=team_id))


@blueprint.get("/<assignment_id>/people/<member_id>")
@signed_in
def person(team_id: str, assignment_id: str, member_id: str) -> Response:
    """One person's turns at a training, and what was decided about them."""
    team, assignment = _given(team_id, assignment_id)
    member = member_of(db.session, team, member_id)
    return _person_page(team, _case(assignment, member))


@blueprint.post("/<assignment_id>/people/<member_id>")
@signed_in
def decide(team_id: str, assignment_id: str, member_id: str) -> Response:
    """Give her more time, or exempt her."""
    team, form = team_to_change(team_id), DecisionForm()
    assignment = queries.assignment_of(db.session, team, assignment_id)
    member = member_of(db.session, team, member_id)
    if not form.validate():
        return _person_page(team, _case(assignment, member), form, 422)
    decide_it = rulings.extend if form.kind.data == "extend" else rulings.exempt
    try:
        decide_it(_planning(team), _case(assignment, member), Decision(form.until(), form.why()))
    except (Invalid, Conflict) as refusal:
        form.form_errors.append(said(refusal))
        return _person_page(team, _case(assignment, member), form, 422)
    flash(_("Decided. She is told by mail."), "success")
    return see_other(url_for("training.person", team_id=team_id, assignment_id=assignment_id, member_id=member_id))


@blueprint.post("/<assignment_id>/people/<member_id>/require")
@signed_in
def require(team_id: str, assignment_id: str, member_id: str) -> Response:
    """She has to do it after all."""
    team, form = team_to_change(team_id), ReasonForm()
    assignment = queries.assignment_of(db.session, team, assignment_id)
    member = member_of(db.session, team, member_id)
    if not form.validate():
        return _person_page(team, _case(assignment, member), form, 422)
    try:
        rulings.require_again(_planning(team), _case(assignment, member), form.why())
    except (Invalid, Conflict) as refusal:
        flash(said(refusal), "error")
    else:
        flash(_("She has to do it again. She is told by mail."), "success")
    return see_other(url_for("training.person", team_id=team_id, assignment_id=assignment_id, member_id=member_id))


def _planning(team: Team) -> Planning:
    return Planning(db.session, live_catalogue(db.session), team, me(), now())


def _given(team_id: str, assignment_id: str) -> tuple[Team, Assignment]:
    team = team_led(db.session, me(), team_id)
    return team, queries.assignment_of(db.session, team, assignment_id)


def _case(assignment: Assignment, member: Member) -> Case:
    return Case(assignment, queries.last_cycle_of(db.session, assignment, member), member)


def _offer(team: Team, form: AssignForm) -> None:
    catalogue = live_catalogue(db.session)
    people = queries.who_may_be_meant(db.session, team)
    form.offer(targets(catalogue), objectives_to_choose(catalogue), roles_of(db.session, team), people)


def _assign_page(team: Team, form: AssignForm, status: int = 200) -> Response:
    _offer(team, form)
    offered = targets(live_catalogue(db.session))
    return render("training/assign.html", team=team, form=form, targets=offered, status=status)


def _training_page(team: Team, assignment: Assignment, form: ReasonForm, status: int = 200) -> Response:
    training = queries.training_of(db.session, live_catalogue(db.session), team, assignment, now=now(), viewer=me().id)
    members = {member.user.id: member for member in queries.who_may_be_meant(db.session, team)}
    pages = max(1, -(-len(training.turns) // PAGE_SIZE))
    page = min(max(1, request.args.get("page", 1, type=int)), pages)
    return render(
        "training/show.html",
        team=team,
        training=training,
        members=members,
        form=form,
        rows=training.turns[(page - 1) * PAGE_SIZE : page * PAGE_SIZE],
        page=page,
        pages=pages,
        pages_href=url_for("training.show", team_id=team.public_id, assignment_id=assignment.public_id) + "?page={}",
        status=status,
    )


def _change_page(team: Team, assignment: Assignment, form: TermsForm, status: int = 200) -> Response:
    target = target_of(live_catalogue(db.session), assignment)
    return render("training/change.html", team=team, assignment=assignment, target=target, form=form, status=status)


def _person_page(team: Team, case: Case, form: ReasonForm | None = None, status: int = 200) -> Response:
    """With the form that was sent, if one was, and the other one empty."""
    turns = queries.history_of_member(
        db.session, live_catalogue(db.session), case.assignment, case.member, now=now(), viewer=me().id
    )
    told = notices_about(db.session, case.member.user.id, [of_cycle(turn.cycle) for turn in turns])
    is_decision = isinstance(form, DecisionForm)
    forms = {
        "decision": form if is_decision else DecisionForm(formdata=None),
        "end": form if form and not is_decision else ReasonForm(formdata=None),
    }
    return render("training/person.html", team=team, case=case, turns=turns, told=told, forms=forms, status=status)
