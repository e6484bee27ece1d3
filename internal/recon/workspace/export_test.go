package workspace

import "context"

// Deliver sends a delivery as the queue would have it done.
func (s *Service) Deliver(ctx context.Context, deliveryID string) error {
	return s.deliver(ctx, deliveryID)
}
