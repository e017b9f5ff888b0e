package engine

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/docker/docker/api/types/events"
	"github.com/docker/docker/api/types/filters"
)

// How long to wait for a remembered event: for the first, which a busy engine
// may take long to begin with, and for a further one. An engine sends what it
// remembers at once and ends; only Podman, and an engine whose clock is a
// little behind, go on to wait for new ones.
const (
	eventFirst = 2 * time.Second
	eventIdle  = 500 * time.Millisecond
)

// Events lists what happened to containers, images, volumes and networks, the
// oldest first, as far as the engine remembers: its last 256 events of any
// kind, and those since it was started. What is nobody's doing is left out:
// probes of ours, and the commands of health checks. Times are this machine's:
// an engine whose clock differs is asked in its own time.
func (c *Client) Events(ctx context.Context, since, until time.Time) ([]Event, error) {
	all, err := c.AllEvents(ctx, since, until)
	return slices.DeleteFunc(all, func(e Event) bool { return e.Probe || strings.HasPrefix(e.Action, "exec_") }), err
}

// AllEvents lists what Events does, and what that leaves out.
func (c *Client) AllEvents(ctx context.Context, since, until time.Time) ([]Event, error) {
	list := []Event{}
	if since.Before(time.Unix(1, 0)) { // the zero time: an engine takes only times since 1970
		since = time.Unix(1, 0)
	}
	if now := time.Now(); until.After(now) { // the engine would wait for it to come
		until = now
	}
	err := c.within(ctx, requestTime, "listing events", func(ctx context.Context) error {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		what := filters.NewArgs()
		for _, kind := range []events.Type{
			events.ContainerEventType, events.ImageEventType, events.VolumeEventType, events.NetworkEventType,
		} {
			what.Add("type", string(kind))
		}
		asked := events.ListOptions{
			Since:   since.Add(c.skew).Format(time.RFC3339Nano),
			Filters: what,
		}
		if !c.podman { // It stops reading its file at that time by the clock: at once, where it is past (seen on 4.3).
			asked.Until = until.Add(c.skew).Format(time.RFC3339Nano)
		}
		messages, errs := c.docker.Events(ctx, asked)
		idle := time.NewTimer(eventFirst)
		defer idle.Stop()
		for {
			select {
			case m := <-messages:
				e := c.newEvent(m)
				if e.Time.After(until) {
					return nil
				}
				idle.Reset(eventIdle)
				list = append(list, e)
			case err := <-errs:
				if errors.Is(err, io.EOF) {
					return nil
				}
				return err
			case <-idle.C:
				return nil
			}
		}
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

// newEvent is one event in the words of the current API.
func (c *Client) newEvent(m events.Message) Event {
	e := Event{
		Type: string(m.Type), Action: string(m.Action), ID: m.Actor.ID,
		Name: m.Actor.Attributes["name"], Attributes: m.Actor.Attributes,
	}
	if m.TimeNano != 0 {
		e.Time = time.Unix(0, m.TimeNano).Add(-c.skew).UTC()
	} else {
		e.Time = time.Unix(m.Time, 0).Add(-c.skew).UTC()
	}
	if c.podman && e.Action == "remove" && m.Type == events.ContainerEventType {
		e.Action = string(events.ActionDestroy)
	}
	if m.Type == events.VolumeEventType {
		e.Name = m.Actor.ID
	}
	_, e.Probe = m.Actor.Attributes[probeLabel]
	return e
}
