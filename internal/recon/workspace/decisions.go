package workspace

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/money"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
	"khadamat/internal/platform/text"
)

const (
	// maxDecided bounds how many items one decision is about, and shownDecided how many of them are handed back.
	maxDecided   = 100_000
	shownDecided = 500
	toldDecided  = 100
	maxMatched   = 1000
	lockTime     = 30 * time.Second
	// boardTries is how often a decision is tried again because a run finished under it.
	boardTries = 3
)

// needs is the role that an action takes.
func (a Action) needs() (Role, bool) {
	switch a {
	case Accept, Reject, Match, Unmatch, Assign, Remark, Explain, WriteOff, Undo:
		return Analyst, true
	case Approve, Refuse:
		return Reviewer, true
	}
	return Owner, false
}

// check cleans an act in place.
func (a *Act) check(settings Settings) error {
	var fields errs.Fields
	_, known := a.Action.needs()
	fields.Check(known, "action", "recon_workspace.bad_action")
	a.Note = text.Check(&fields, "note", a.Note, noteRules)
	fields.Check(a.Note != "" || a.Action != Remark && a.Action != Refuse, "note", "recon_workspace.note_needed")
	fields.Check(a.Reason != "" || a.Action != Explain && a.Action != WriteOff, "reason", "recon_workspace.reason_needed")
	if len(settings.ReasonCodes) > 0 && a.Reason != "" {
		fields.Check(slices.Contains(settings.ReasonCodes, a.Reason), "reason", "recon_workspace.unknown_reason")
	} else {
		a.Reason = text.Check(&fields, "reason", a.Reason, text.Rules{MaxRunes: 60})
	}
	what, name, most := &a.Items, "items", maxDecided
	if a.Action == Match {
		what, name, most = &a.Keys, "keys", maxMatched
	}
	slices.Sort(*what)
	*what = slices.Compact(*what)
	fields.Check(len(*what) > 0, name, "recon_workspace.nothing_chosen")
	if len(*what) > most {
		fields.Add(name, "recon_workspace.too_many_chosen", errs.Args{"Max": most})
	}
	return fields.Err()
}

// errStale says that a run finished while a decision was made: it is made again on the new board.
var errStale = errors.New("workspace: the board is of an earlier run")

// Decide does what a person does with items, all of them or none. It returns invalid for a field that does not fit (reason, note, assignee, keys),
// and conflict for an item that is no more, was decided on after Seq, stands where the action is not possible, lies in a period that is signed
// off, or is locked by another person, naming them; forbidden for approving one's own.
//
//   - Accept makes suggestions matches. Reject takes suggestions apart and Unmatch matches, and keeps apart what they held; Unmatch also takes back
//     a write-off.
//   - Match puts open records, by Keys, together, taking apart suggestions that hold them. What does not agree is a break, settled at once where a Reason is given.
//   - Explain gives open records and breaks a Reason, which settles a break. WriteOff settles open records, and breaks by their difference; above the
//     project's limit they wait for somebody else to Approve or Refuse.
//   - Undo makes items that somebody accepted or wrote off what they were before: nothing is kept apart by it. Of other matches it is Unmatch.
//   - Assign gives items to a member, and Remark says something about them.
func (s *Service) Decide(ctx context.Context, actor account.Actor, projectID string, act Act) (Decided, error) {
	for try := 1; ; try++ {
		p, b, err := s.enterBoard(ctx, actor, projectID)
		if err != nil {
			return Decided{}, err
		}
		if err := act.check(p.Settings); err != nil {
			return Decided{}, err
		}
		if b == nil {
			return Decided{}, errs.New(errs.Conflict, "recon_workspace.no_result")
		}
		decided, err := s.decide(ctx, actor, p, b, act)
		if !errors.Is(err, errStale) || try == boardTries {
			return decided, err
		}
	}
}

func (s *Service) decide(ctx context.Context, actor account.Actor, p project, b *board, act Act) (Decided, error) {
	if act.Action == Assign && act.Assignee != "" {
		role, err := roleOf(ctx, s.config.DB, p.ID, act.Assignee)
		if err != nil {
			return Decided{}, err
		}
		if role == "" {
			return Decided{}, errs.Fields{{Name: "assignee", Key: "recon_workspace.no_member"}}.Err()
		}
	}
	names, err := s.names(ctx, actor.ID)
	if err != nil {
		return Decided{}, err
	}
	need, _ := act.Action.needs()
	var v verdict
	err = s.change(ctx, actor, p.ID, need, func(tx *db.Tx, p project) error {
		if b.run != p.current {
			return errStale
		}
		// Nobody else decides until the end of the transaction, so what the board has not seen yet is committed.
		if err := s.catchUp(ctx, p, b); err != nil {
			return err
		}
		locks, err := s.othersLocks(ctx, tx, p.ID, actor.ID)
		if err != nil {
			return err
		}
		v = verdict{seq: p.decisions + 1, assignee: act.Assignee, Decision: Decision{ID: ids.New(), Action: act.Action, By: actor.ID, At: tx.Now, Reason: act.Reason, Note: act.Note}}
		if v.about, err = s.judge(ctx, p, b, act, actor.ID, locks, tx.Now); err != nil {
			return err
		}
		if v.Action == Undo && !slices.ContainsFunc(v.about, func(s subject) bool { return s.back }) {
			v.Action = Unmatch
		}
		if err := insertVerdict(ctx, tx, p.ID, v); err != nil {
			return err
		}
		if settler := s.settlerOf(p); settler != nil && v.Action != Assign && v.Action != Remark {
			if err := settler.Decide(ctx, tx, p.ID, v.Decision, b.standingsOf(v.about)); err != nil {
				return err
			}
		}
		data := map[string]any{"seq": v.seq, "items": itemsOf(v, toldDecided), "count": len(v.about)}
		for name, value := range map[string]string{"reason": v.Reason, "assignee": v.assignee} {
			if value != "" {
				data[name] = value
			}
		}
		return s.record(ctx, tx, actor.ID, p.ID, "recon."+string(act.Action), data)
	})
	if err != nil {
		return Decided{}, err
	}
	p.decisions = v.seq
	touched := b.absorb(v)
	if err := s.catchUp(ctx, p, b); err != nil { // where the board had not seen the one before
		return Decided{}, err
	}
	s.tellDecided(p.ID, v, person{actor.ID, names[actor.ID]})
	return b.decided(v, touched), nil
}

func itemsOf(v verdict, most int) []string {
	items := make([]string, 0, min(most, len(v.about)))
	for _, about := range v.about[:min(most, len(v.about))] {
		items = append(items, about.item)
	}
	return items
}

// tellDecided tells those who look at the project.
func (s *Service) tellDecided(projectID string, v verdict, by person) {
	if v.Action == Remark && len(v.about) == 1 {
		s.tell(projectID, "commented", map[string]any{"item": v.about[0].item, "by": by, "text": v.Note, "at": v.At})
		return
	}
	s.tell(projectID, "decided", map[string]any{"items": itemsOf(v, toldDecided), "count": len(v.about), "action": v.Action, "by": by, "seq": v.seq, "at": v.At})
}

// decided is what a decision came to.
func (b *board) decided(v verdict, touched []int32) Decided {
	b.mu.RLock()
	defer b.mu.RUnlock()
	d := Decided{Seq: v.seq, Count: len(v.about)}
	if touched == nil { // somebody else's look at the board has counted the decision in already
		touched = b.about(&v)
	}
	for _, at := range touched {
		if e := &b.entries[at]; e.gone {
			if len(d.Gone) < shownDecided {
				d.Gone = append(d.Gone, e.id)
			}
		} else if len(d.Items) < shownDecided {
			d.Items = append(d.Items, b.item(e))
		}
	}
	return d
}

// about returns the entries of a decision's items and of their records, as they are by now.
func (b *board) about(v *verdict) (entries []int32) {
	for i := range v.about {
		s := &v.about[i]
		if at, ok := b.byID[s.item]; ok {
			entries = append(entries, at)
		}
		for _, key := range s.keys {
			if r, ok := b.byKey[key]; ok {
				entries = append(entries, b.at[r])
			}
		}
	}
	slices.Sort(entries)
	return slices.Compact(entries)
}

// othersLocks are the locks of a project that others hold, by item.
func (s *Service) othersLocks(ctx context.Context, q db.Querier, projectID, accountID string) (map[string]lock, error) {
	locks, err := locksOf(ctx, q, projectID, s.config.Clock.Now())
	for item, l := range locks {
		if l.account == accountID {
			delete(locks, item)
		}
	}
	return locks, err
}

// judge says what a decision is about, or why it cannot be.
func (s *Service) judge(ctx context.Context, p project, b *board, act Act, actorID string, locks map[string]lock, now time.Time) ([]subject, error) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	var entries []*entry
	if act.Action == Match {
		matched, err := b.partners(act.Keys)
		if err != nil {
			return nil, err
		}
		entries = matched
	}
	for _, id := range act.Items {
		if act.Action == Match {
			break
		}
		e := b.live(id)
		if e == nil {
			return nil, errs.New(errs.Conflict, "recon_workspace.item_gone")
		}
		entries = append(entries, e)
	}
	for _, e := range entries {
		if l, held := locks[e.id]; held {
			return nil, s.errLocked(ctx, l)
		}
		if act.Seq > 0 && e.seq > act.Seq && act.Action != Remark {
			return nil, s.errDecided(ctx, e)
		}
		if key := b.refusal(e, act.Action, actorID); key != "" {
			code := errs.Conflict
			if key == "recon_workspace.own_write_off" {
				code = errs.Forbidden
			}
			return nil, errs.New(code, key).With(errs.Args{"Item": b.label(e)})
		}
	}
	if act.Action == Match {
		return b.union(act.Keys, now)
	}
	about := make([]subject, len(entries))
	for i, e := range entries {
		about[i] = subject{item: e.id, keys: b.keys(e), waited: b.waited(e, now)}
		if act.Action == WriteOff {
			settings := p.Settings
			if p.builtIn != "" {
				settings.WriteOffLimit = money.Amount{} // what the house books, two people have agreed on
			}
			about[i].writeOff(b.writtenOff(e), settings)
		}
		about[i].takesBack(act.Action, e)
	}
	return about, nil
}

// waited is how long an item was there before somebody decided on it, in microseconds: since the last of its records was loaded.
func (b *board) waited(e *entry, now time.Time) int64 {
	var since time.Time
	for _, m := range e.members {
		r := &b.records[m]
		if r.side < len(b.loaded) && r.piece < len(b.loaded[r.side]) && b.loaded[r.side][r.piece].After(since) {
			since = b.loaded[r.side][r.piece]
		}
	}
	if since.IsZero() {
		return 0
	}
	return max(0, now.Sub(since).Microseconds())
}

// errLocked names who holds an item.
func (s *Service) errLocked(ctx context.Context, l lock) error {
	names, err := s.names(ctx, l.account)
	if err != nil {
		return err
	}
	return errs.New(errs.Conflict, "recon_workspace.locked_by").With(errs.Args{"Name": names[l.account]})
}

// errDecided names who decided on an item meanwhile.
func (s *Service) errDecided(ctx context.Context, e *entry) error {
	names, err := s.names(ctx, e.by)
	if err != nil {
		return err
	}
	return errs.New(errs.Conflict, "recon_workspace.decided_meanwhile").With(errs.Args{"Name": cmp.Or(names[e.by], "378")})
}

// label is what an item is called in a message.
func (b *board) label(e *entry) string {
	first := &b.records[e.members[0]]
	return cmp.Or(first.id, first.text, e.id)
}

func (b *board) keys(e *entry) []string {
	keys := make([]string, len(e.members))
	for i, m := range e.members {
		keys[i] = b.records[m].key
	}
	return keys
}

// refusal is the key of the message that says why an action is not possible with an item; empty where it is.
func (b *board) refusal(e *entry, action Action, actorID string) string {
	standing := b.standing(e)
	if action != Remark && action != Match && b.sealed(e) {
		return "recon_workspace.period_signed"
	}
	possible := true
	switch action {
	case Undo:
		possible = standing == matched || standing == settled || standing == pending || standing == broken && !e.single()
	case Accept, Reject:
		possible = standing == suggested
	case Unmatch:
		possible = standing == matched || standing == settled || standing == broken && !e.single()
	case Match:
		possible = standing == open || standing == suggested
	case Explain:
		possible = standing == open || standing == broken
	case WriteOff:
		possible = (standing == open || standing == broken) && b.writtenOff(e).Minor != 0
	case Approve, Refuse:
		possible = standing == pending
		if possible && e.writer == actorID && action == Approve {
			return "recon_workspace.own_write_off"
		}
	}
	if !possible {
		return notPossible[action]
	}
	return ""
}

// notPossible says of each action what it needs.
var notPossible = map[Action]string{
	Accept: "recon_workspace.not_suggested", Reject: "recon_workspace.not_suggested", Unmatch: "recon_workspace.not_matched", Match: "recon_workspace.not_open",
	Undo: "recon_workspace.not_matched", Explain: "recon_workspace.not_unsettled", WriteOff: "recon_workspace.nothing_to_write_off", Approve: "recon_workspace.not_pending", Refuse: "recon_workspace.not_pending",
}

// partners are the items that records to be matched belong to: open ones, and suggestions that come apart for it.
func (b *board) partners(keys []string) ([]*entry, error) {
	members, ok := b.lookup(keys)
	if !ok {
		return nil, errs.New(errs.Conflict, "recon_workspace.record_gone")
	}
	if !slices.ContainsFunc(members, func(m int32) bool { return !b.inLocked(m) }) {
		return nil, errs.New(errs.Conflict, "recon_workspace.period_signed").With(errs.Args{"Item": b.label(&b.entries[b.at[members[0]]])})
	}
	var entries []*entry
	for _, m := range members {
		if e := &b.entries[b.at[m]]; !slices.Contains(entries, e) {
			entries = append(entries, e)
		}
	}
	e := b.together(members)
	currencies := map[string]bool{}
	for _, m := range members {
		currencies[string(b.records[m].amount.Currency)] = true
	}
	var fields errs.Fields
	fields.Check(len(members) > 1, "keys", "recon_workspace.one_record")
	fields.Check(len(currencies) == 1 || e.difference.Minor != 0 || e.amount.Minor == 0, "keys", "recon_workspace.other_currencies")
	fields.Check(e.oneSided == 0 || e.difference.Minor == 0, "keys", "recon_workspace.one_side")
	return entries, fields.Err()
}

// union is the subject of a match by hand.
func (b *board) union(keys []string, now time.Time) ([]subject, error) {
	members, _ := b.lookup(keys)
	e := b.together(members)
	if at := b.live(e.id); at != nil {
		return nil, errs.New(errs.Conflict, "recon_workspace.not_open").With(errs.Args{"Item": b.label(at)})
	}
	return []subject{{item: e.id, keys: b.keys(&e), waited: b.waited(&e, now)}}, nil
}

// Lock keeps others from deciding on an item for 30 seconds; doing it again renews it. It returns conflict, naming who holds it.
func (s *Service) Lock(ctx context.Context, actor account.Actor, projectID, itemID string) (Lock, error) {
	p, err := enter(ctx, s.config.DB, actor, projectID, Analyst, "")
	if err != nil {
		return Lock{}, err
	}
	b, err := s.board(ctx, p)
	if err != nil {
		return Lock{}, err
	}
	if b == nil || !b.has(itemID) {
		return Lock{}, errNotFound
	}
	names, err := s.names(ctx, actor.ID)
	if err != nil {
		return Lock{}, err
	}
	mine := lock{item: itemID, account: actor.ID}
	err = s.config.DB.Tx(ctx, func(tx *db.Tx) error {
		mine.until = tx.Now.Add(lockTime)
		taken, err := putLock(ctx, tx, projectID, mine)
		if err != nil || taken {
			return err
		}
		locks, err := locksOf(ctx, tx, projectID, tx.Now)
		if err != nil {
			return err
		}
		return s.errLocked(ctx, locks[itemID])
	})
	if err != nil {
		return Lock{}, err
	}
	s.tell(projectID, "locked", map[string]any{"item": itemID, "by": person{actor.ID, names[actor.ID]}, "until": mine.until})
	return Lock{AccountID: actor.ID, Name: names[actor.ID], Until: mine.until}, nil
}

func (b *board) has(itemID string) bool {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.live(itemID) != nil
}

// Unlock gives an item free that the actor has locked; of others' locks it leaves all as it is.
func (s *Service) Unlock(ctx context.Context, actor account.Actor, projectID, itemID string) error {
	if _, err := enter(ctx, s.config.DB, actor, projectID, Analyst, ""); err != nil {
		return err
	}
	return s.config.DB.Tx(ctx, func(tx *db.Tx) error {
		gone, err := deleteLock(ctx, tx, projectID, itemID, actor.ID)
		if gone {
			tx.AfterCommit(func() { s.tell(projectID, "unlocked", map[string]any{"item": itemID}) })
		}
		return err
	})
}
