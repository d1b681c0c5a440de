package infra_test

import (
	"encoding/json"
	"slices"
	"strings"

	appconfigtypes "github.com/aws/aws-sdk-go-v2/service/appconfig/types"
	stacktypes "github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"github.com/serinhq/serin/internal/awstest"
)

// watch is a deployment that AWS moves without a stop on its way.
type watch struct {
	watched
	resource string
	// deploy begins a round's.
	deploy func(r *round) ([]json.RawMessage, error)
	// weight is what the newest deployment, a round's, gave its version in the end, in percent; -1 while it is under way.
	weight func(r *round) float64
}

// watchTrial makes trials of such a kind.
func watchTrial(kind func(*torment, *trial) watch) func(*torment, *trial) {
	return func(x *torment, t *trial) {
		w := kind(x, t)
		t.asks, t.endings = false, guardEndings()
		t.file = strings.NewReplacer("NAME", t.name, "TRIGGER", w.trigger, "deadline: 5m", "deadline: 6h").Replace(watchedFile)
		t.movers = []mover{watchMover(w.resource, w.stop)}
		ends := map[string]float64{}
		t.weighs = func(r *round) float64 {
			if weight, over := ends[r.id()]; over {
				return weight
			}
			return w.weight(r)
		}
		t.begin = func(r *round) { x.watchBegins(r, w, ends) }
		t.drive = func(r *round) { x.watchGoes(r, w) }
	}
}

// watchMover reads what the workers did to a deployment: nothing, or the one change that takes it back.
func watchMover(resource, stop string) mover {
	return mover{
		resource: resource,
		shows: func(c awstest.Change) string {
			switch {
			case !isTorturer(c.Actor):
				return ""
			case c.Kind == stop:
				return stopped
			}
			return c.Kind
		},
		ladder: func(string, *round) []string { return []string{""} },
		back:   func(string) string { return stopped },
	}
}

// watchBegins begins a round's deployment, and notes how the one before ended: only the newest can be asked about.
func (x *torment) watchBegins(r *round, w watch, ends map[string]float64) {
	if r.n > 0 {
		before := r.rounds[r.n-1]
		if ends[before.id()] = w.weight(before); ends[before.id()] < 0 {
			return
		}
	}
	events, err := w.deploy(r)
	if err != nil {
		return // one is under way
	}
	r.begun = true
	if len(events) > 0 {
		r.opened = events[0]
	}
	x.chaos(r.trial, events...)
}

// watchGoes takes a deployment some of its way once there is a release that watches, and to its end if nothing is to happen.
func (x *torment) watchGoes(r *round, w watch) {
	on := w.on
	switch {
	case !x.phases[r.name]["shifting"] || x.points[r.id()] > awstest.PointShifting:
		return
	case r.end == endByItself:
		on = w.succeed
	case x.points[r.id()] == awstest.PointShifting:
		return
	}
	events, err := on()
	x.chaos(r.trial, events...)
	if err == nil {
		x.points[r.id()] = awstest.PointShifting
		if r.end == endByItself {
			x.points[r.id()] = awstest.PointEnd
		}
	}
}

// part is a weight in the end, by what it is: what it must be to be whole, and what it is when taken back.
func part(is, whole string, back ...string) float64 {
	switch {
	case is == whole:
		return 100
	case slices.Contains(back, is):
		return 0
	}
	return -1
}

func (x *torment) configWatch(t *trial) watch {
	x.configs.RollbackLag(2)
	w := watch{watched: x.on(t).watchConfig()}
	w.deploy = func(*round) ([]json.RawMessage, error) { return w.begin() }
	w.weight = func(*round) float64 {
		return part(w.ended(), string(appconfigtypes.DeploymentStateComplete), w.back, string(appconfigtypes.DeploymentStateReverted))
	}
	trigger := strings.Fields(strings.NewReplacer(",", " ", "}", " ", `"`, "").Replace(w.trigger))
	w.resource = "arn:aws:appconfig:" + awstest.Region + ":" + awstest.Account + ":application/" + trigger[2] + "/environment/" + trigger[4]
	return w
}

func (x *torment) shopWatch(t *trial) watch {
	x.shops.AbortLag(2)
	w := watch{watched: x.on(t).watchShop(), resource: "arn:aws:elasticbeanstalk:" + awstest.Region + ":" + awstest.Account + ":environment/shop/" + t.name}
	w.deploy = func(r *round) ([]json.RawMessage, error) { return x.shops.StartUpdate(t.name, r.tag()) }
	w.weight = func(r *round) float64 {
		if is := x.shops.Environment(t.name); is.Status == "Ready" {
			return part(is.VersionLabel, r.tag(), is.VersionLabel)
		}
		return -1
	}
	return w
}

func (x *torment) stackWatch(t *trial) watch {
	x.stacks.RollbackLag(2)
	w := watch{watched: x.on(t).watchStack(), resource: x.stacks.Stack(t.name).ID}
	w.deploy = func(*round) ([]json.RawMessage, error) { return w.begin() }
	w.weight = func(*round) float64 {
		return part(w.ended(), string(stacktypes.StackStatusUpdateComplete), w.back)
	}
	return w
}
