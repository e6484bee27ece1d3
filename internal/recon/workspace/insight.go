package workspace

import (
	"context"
	"encoding/json"

	"khadamat/internal/account"
	"khadamat/internal/platform/audit"
	"khadamat/internal/platform/db"
)

// Audit is what was done in a project, the latest first: limit of them, 1 to 100, 20 where it is 0.
func (s *Service) Audit(ctx context.Context, actor account.Actor, projectID, cursor string, limit int) (AuditPage, error) {
	if _, err := s.read(ctx, actor, projectID); err != nil {
		return AuditPage{}, err
	}
	limit, _, err := db.ParsePage(limit, cursor)
	if err != nil {
		return AuditPage{}, err
	}
	found, err := s.log.List(ctx, audit.Filter{SubjectID: projectID, Cursor: cursor, Limit: limit})
	if err != nil {
		return AuditPage{}, err
	}
	people := make([]string, 0, len(found.Items))
	for _, r := range found.Items {
		if r.ActorID != "" {
			people = append(people, r.ActorID)
		}
	}
	names, err := s.names(ctx, people...)
	if err != nil {
		return AuditPage{}, err
	}
	page := AuditPage{NextCursor: found.NextCursor}
	for _, r := range found.Items {
		entry := AuditEntry{ID: r.ID, At: r.At, ActorID: r.ActorID, Name: names[r.ActorID], Action: r.Action, Seq: r.Seq, Hash: r.Hash}
		if err := json.Unmarshal([]byte(r.Data), &entry.Data); err != nil {
			return AuditPage{}, err
		}
		page.Items = append(page.Items, entry)
	}
	return page, nil
}
