package proof

import (
	"context"

	"khadamat/internal/account"
	"khadamat/internal/finance/ledger"
	"khadamat/internal/finance/payout"
	"khadamat/internal/platform/audit"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
	"khadamat/internal/recon/workspace"
)

// caseKey is before the colon in the business keys of what settles cases.
const caseKey = "case"

// Settle chooses how a case is settled; it waits for a second person then, always. It returns not_found for what is no case, invalid with the field
// way where it cannot be settled so, and conflict where it is settled or waits already.
func (s *Service) Settle(ctx context.Context, actor account.Actor, id string, way WayID, note string) error {
	return s.decide(ctx, actor, id, workspace.Act{Action: workspace.WriteOff, Reason: string(way), Note: note})
}

// Approve books what another person has chosen. It returns forbidden for the one who did, and conflict where nothing waits.
func (s *Service) Approve(ctx context.Context, actor account.Actor, id, note string) error {
	return s.decide(ctx, actor, id, workspace.Act{Action: workspace.Approve, Note: note})
}

// Refuse opens a case again that waits; the note says why.
func (s *Service) Refuse(ctx context.Context, actor account.Actor, id, note string) error {
	return s.decide(ctx, actor, id, workspace.Act{Action: workspace.Refuse, Note: note})
}

// Comment says something about a case.
func (s *Service) Comment(ctx context.Context, actor account.Actor, id, text string) error {
	return s.decide(ctx, actor, id, workspace.Act{Action: workspace.Remark, Note: text})
}

// Assign gives a case to somebody of finance; to nobody where the account is empty.
func (s *Service) Assign(ctx context.Context, actor account.Actor, id, accountID string) error {
	return s.decide(ctx, actor, id, workspace.Act{Action: workspace.Assign, Assignee: accountID})
}

func (s *Service) decide(ctx context.Context, actor account.Actor, id string, act workspace.Act) error {
	if err := mayWork(actor); err != nil {
		return err
	}
	projectID, err := s.config.Workspace.BuiltInID(ctx, ProjectKey)
	if err != nil {
		return err
	}
	if projectID == "" {
		return errNotFound
	}
	act.Items = []string{id}
	_, err = s.config.Workspace.Decide(ctx, actor, projectID, act)
	return err
}

// Decide has a say in what people decide in the project, here or in 378: items are settled in a way that fits them, and what a second person
// approves is booked in the same transaction.
func (s *Service) Decide(ctx context.Context, tx *db.Tx, _ string, decision workspace.Decision, items []workspace.Standing) error {
	switch decision.Action {
	case workspace.WriteOff, workspace.Approve:
	case workspace.Explain:
		return errs.New(errs.Conflict, "proof.settle_instead")
	case workspace.Match:
		if decision.Reason != "" {
			return errs.New(errs.Conflict, "proof.settle_instead")
		}
		return nil
	case workspace.Unmatch, workspace.Undo:
		for i := range items {
			if items[i].Status == workspace.StatusSettled {
				return errs.New(errs.Conflict, "proof.booked_already")
			}
		}
		return nil
	default:
		return nil
	}
	known, err := s.gather(ctx, tx, items)
	if err != nil {
		return err
	}
	for i := range items {
		m := known.matterOf(&items[i])
		chosen := WayID(decision.Reason)
		if decision.Action == workspace.Approve {
			chosen = WayID(items[i].Reason)
		}
		way, fits := m.way(chosen)
		if !fits {
			return &errs.Error{Code: errs.Invalid, Key: "proof.way_unfit", Fields: []errs.Field{{Name: "way", Key: "proof.way_unfit"}}}
		}
		if decision.Action == workspace.Approve {
			if err := s.post(ctx, tx, decision, m, way); err != nil {
				return err
			}
		}
	}
	return nil
}

// post books how a case was settled.
func (s *Service) post(ctx context.Context, tx *db.Tx, decision workspace.Decision, m *matter, way Way) error {
	if way.ID == ReturnPayout {
		_, err := s.config.Payouts.Return(ctx, tx, m.bank.Payout(), decision.By, payout.BankLine{Reference: m.bank.ID, Amount: m.bank.Amount})
		return err
	}
	subject := m.bookingID
	if subject == "" {
		subject = m.reference()
	}
	_, err := ledger.Post(ctx, tx, ledger.Transaction{Key: caseKey + ":" + m.item.ID, Type: string(way.ID), Subject: subject, Reference: m.reference(),
		Actor: decision.By, Note: decision.Note, Postings: way.Postings})
	return err
}

// record writes what was done into the audit log.
func (s *Service) record(ctx context.Context, tx *db.Tx, actorID, action string, taken Taken) error {
	data, err := db.JSON(map[string]any{"name": taken.Name, "reference": taken.Reference, "sha256": taken.SHA256, "lines": taken.Lines})
	if err != nil {
		return err
	}
	return audit.Write(ctx, tx, audit.Entry{ActorID: actorID, Action: action, SubjectKind: "proof_file", SubjectID: taken.ID, Data: data})
}
