package infra_test

import (
	"fmt"
	"strings"

	"github.com/serinhq/serin/internal/awstest"
)

// The kinds of canary that show a new version beside an old one, or in its place.

// restTrial is a REST API's stage. Its deployment is made of what the pipeline last put, so a round waits for the one before.
func restTrial(x *torment, t *trial) {
	api := x.gateway.CreateRestAPI(t.name, "v1")
	x.gateway.CreateStage(api, "prod", map[string]string{"table": "orders"})
	x.shown10And50(t, restTarget(api), restMover(x.gateway, api))
	t.apart = true
	t.puts = append(t.puts, func(r *round) map[string]string {
		x.gateway.PutDefinition(api, r.tag())
		return nil
	})
}

// shown10And50 makes a trial, triggered by a gate, of what has the ordinary plan.
func (x *torment) shown10And50(t *trial, target string, movers ...mover) {
	x.on(t).pipeline(t.name, deployHere())
	t.movers, t.endings = movers, gateEndings()
	t.file = t.movingFile(gateTrigger, target)
	t.begin = x.gateOpens
}

// besideMover reads what shows a round's version, by its name, beside what it showed before, as shows words it.
func besideMover(resource string, fenced bool, name func(*round) string, shows func(awstest.Change) string, plan ...int) mover {
	return mover{
		resource: resource, fenced: fenced, shows: shows,
		ladder: func(from string, r *round) []string {
			rungs := []string{from}
			for _, pct := range plan {
				rungs = append(rungs, fmt.Sprintf("%s with %d%% of %s", from, pct, name(r)))
			}
			return append(rungs, name(r))
		},
		back: func(from string) string { return from },
	}
}

// restMover reads a REST API's stage, by what the definition was when each deployment was made.
func restMover(gateway *awstest.APIGateway, api string) mover {
	return besideMover("arn:aws:apigateway:"+awstest.Region+"::/restapis/"+api+"/stages/prod", false, (*round).tag, func(c awstest.Change) string {
		return stageShows(gateway, api, c.State.(awstest.StageState))
	}, 10, 50)
}

// httpTrial is an HTTP API's stage, which shows a new deployment at once or not at all.
func httpTrial(x *torment, t *trial) {
	t.asks, t.steps = false, 1
	api := x.gateway.CreateHTTPAPI(t.name, "v1")
	x.gateway.CreateHTTPStage(api, "prod", false)
	x.shown10And50(t, fmt.Sprintf(`  - httpapi: {api: %q, stage: prod, version: "#{Deploy.DeploymentId}"}`+"\n", api), mover{
		resource: "arn:aws:apigateway:" + awstest.Region + "::/apis/" + api + "/stages/prod",
		shows:    func(c awstest.Change) string { return c.State.(awstest.HTTPStageState).DeploymentID },
		ladder:   func(from string, r *round) []string { return []string{from, r.version} },
		back:     func(from string) string { return from },
	})
	t.file = strings.NewReplacer("  - {weight: 10, bake: 1s}\n", "", "{weight: 50,", "{weight: 100,").Replace(t.file)
	t.puts = append(t.puts, func(r *round) map[string]string {
		x.gateway.PutDefinition(api, r.tag())
		r.version = x.gateway.Deploy(api, "")
		return map[string]string{"DeploymentId": r.version}
	})
}

// siteTrial is a static site behind a distribution.
func siteTrial(x *torment, t *trial) {
	x.on(t).bucket()
	x.shown10And50(t, strings.Replace(siteTarget, "BEHIND", ", distribution: "+x.edges.CreateDistribution(t.name, ""), 1), siteMover(t.name))
	t.puts = append(t.puts, x.uploads)
}

const siteTarget = `  - staticsite: {bucket: NAME, assets: "releases/{version}/app.js", version: "#{Deploy.Prefix}"BEHIND}` + "\n"

// uploads is what the pipeline does for a site.
func (x *torment) uploads(r *round) map[string]string {
	x.files.PutFile(r.name, "releases/"+r.tag()+"/app.js", "//", nil)
	return map[string]string{"Prefix": r.tag()}
}

// siteMover reads a site's config.
func siteMover(bucket string) mover {
	return mover{
		resource: "arn:aws:s3:::" + bucket + "/canary-config.json", fenced: true,
		shows: func(c awstest.Change) string { return siteSays(c.State.(awstest.ObjectState)) },
		ladder: func(from string, r *round) []string {
			stable, _, _ := strings.Cut(from, " ")
			return []string{from, stable + " " + r.tag() + " 10", stable + " " + r.tag() + " 50", r.tag() + " null 0"}
		},
		back: func(from string) string { return from },
	}
}

// trioTrial moves an alias, a rule and a site.
func trioTrial(x *torment, t *trial) {
	x.on(t).function(t.name)
	x.on(t).bucket()
	b := x.on(t).balancer()
	x.shown10And50(t, lambdaTarget+b.target()+strings.Replace(siteTarget, "BEHIND", "", 1), aliasMover(t.name), ruleMover(b), siteMover(t.name))
	t.puts = append(t.puts, x.publishes, x.uploads)
}
