package target

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/serinhq/serin/statemachine"
)

// unpublished is the version that is overwritten by every deployment.
const unpublished = "$LATEST"

// lambdaForm is what preflight notes.
type lambdaForm struct {
	// Stable is the version that had all traffic.
	Stable string `json:"stable"`
}

// aliasSplit reads an alias. An additional version at weight 0 gets nothing and is
// not told.
func aliasSplit(out *lambda.GetAliasOutput) (statemachine.Split, error) {
	split := statemachine.Split{Stable: aws.ToString(out.FunctionVersion)}
	if split.Stable == "" || aws.ToString(out.RevisionId) == "" {
		return split, errors.New("the alias lacks its version or its RevisionId")
	}
	if out.RoutingConfig == nil {
		return split, nil
	}
	for version, weight := range out.RoutingConfig.AdditionalVersionWeights {
		if weight == 0 {
			continue
		}
		if split.Canary != "" {
			return split, fmt.Errorf("the alias shows more than two versions: %s, %s, %s", split.Stable, split.Canary, version)
		}
		split.Canary, split.WeightPct = version, statemachine.Pct(weight*100)
	}
	return split, nil
}

// aliasWeights are the additional versions of a split; never nil, since nil keeps
// the old ones.
func aliasWeights(want statemachine.Split) map[string]float64 {
	if want.Canary == "" || want.WeightPct == 0 {
		return map[string]float64{}
	}
	return map[string]float64{want.Canary: want.WeightPct / 100}
}

// aliasGains is the version that a split gives traffic which preflight did not
// find on it; "" on a way back.
func aliasGains(want statemachine.Split) string {
	if want.Canary != "" && want.WeightPct > 0 {
		return want.Canary
	}
	var form lambdaForm
	if json.Unmarshal([]byte(want.Form), &form) == nil && form.Stable != "" && form.Stable != want.Stable {
		return want.Stable
	}
	return ""
}

// marked is a description that differs from the one before by Serin's mark at its
// end alone. What Lambda has no room for (256 characters) is cut from the user's.
func marked(description, mark string) string {
	const most, room = 256, 64
	plain := strings.TrimRight(regexp.MustCompile(`\[serin [^\]]*\]$`).ReplaceAllString(description, ""), " ")
	mark = strings.NewReplacer("[", "", "]", "").Replace(mark)
	if r := []rune(mark); len(r) > room {
		mark = string(r[:room])
	}
	text := join(plain, mark, most)
	if text == description { // the same mark again must move the fence again
		text = join(plain, mark+"+", most)
	}
	return text
}

func join(plain, mark string, most int) string {
	tail := "[serin " + mark + "]"
	if plain == "" {
		return tail
	}
	head := []rune(plain)
	if keep := most - len([]rune(tail)) - 1; len(head) > keep {
		head = head[:keep]
	}
	return string(head) + " " + tail
}

// provisioned is the provisioned concurrency of an alias or a version; zero for
// none.
type provisioned struct {
	status               types.ProvisionedConcurrencyStatusEnum
	reason               string
	allocated, requested int32
}

func (p provisioned) set() bool { return p.status != "" }
func (p provisioned) ready() bool {
	return !p.set() || p.status == types.ProvisionedConcurrencyStatusEnumReady
}

// String is "IN_PROGRESS, 2 of 5 allocated".
func (p provisioned) String() string {
	text := fmt.Sprintf("%s, %d of %d allocated", p.status, p.allocated, p.requested)
	if p.reason != "" {
		text += ": " + p.reason
	}
	return text
}

// provisionedProblems: what is being allocated is waited for; what failed, or is
// missing beside a stable version that has some, is refused.
func provisionedProblems(alias, stable, canary string, ofAlias, ofStable, ofCanary provisioned) []statemachine.Problem {
	var problems []statemachine.Problem
	for _, p := range []struct {
		of string
		provisioned
	}{{"alias " + alias, ofAlias}, {"version " + canary, ofCanary}} {
		if !p.ready() {
			problem := unfit("provisioned concurrency of %s is not ready: %s", p.of, p.provisioned)
			problem.Wait = p.status == types.ProvisionedConcurrencyStatusEnumInProgress
			problems = append(problems, problem)
		}
	}
	if ofStable.set() && !ofCanary.set() && !ofAlias.set() {
		problems = append(problems, unfit("version %s has provisioned concurrency and version %s has none: give it as much before the gate", stable, canary))
	}
	return problems
}

// versionProblems holds two versions to what an alias demands of them (Developer
// Guide, weighted aliases: the same execution role, the same dead-letter queue or
// none).
func versionProblems(stable, canary *lambda.GetFunctionConfigurationOutput) []statemachine.Problem {
	var problems []statemachine.Problem
	versions := aws.ToString(stable.Version) + " and " + aws.ToString(canary.Version)
	if a, b := aws.ToString(stable.Role), aws.ToString(canary.Role); a != b {
		problems = append(problems, unfit("versions %s have different execution roles: %s and %s", versions, a, b))
	}
	if a, b := deadLetters(stable.DeadLetterConfig), deadLetters(canary.DeadLetterConfig); a != b {
		problems = append(problems, unfit("versions %s have different dead-letter queues: %q and %q", versions, a, b))
	}
	switch canary.State {
	case types.StatePending:
		pending := unfit("version %s is still being made (%s)", aws.ToString(canary.Version), canary.State)
		pending.Wait = true
		problems = append(problems, pending)
	case types.StateFailed, types.StateDeleting, types.StateActiveNonInvocable:
		problems = append(problems, unfit("version %s can't be invoked: it is %s", aws.ToString(canary.Version), canary.State))
	}
	return problems
}

func deadLetters(c *types.DeadLetterConfig) string {
	if c == nil {
		return ""
	}
	return aws.ToString(c.TargetArn)
}

func unfit(format string, args ...any) statemachine.Problem {
	return statemachine.Problem{Code: statemachine.CodeVersionUnfit, Text: fmt.Sprintf(format, args...)}
}

// versionNumber takes the number out of what a person says: itself, or an ARN of
// this function with a published version's number.
func versionNumber(function, said string) (string, bool) {
	if regexp.MustCompile(`^arn:aws[a-z-]*:lambda:`).MatchString(said) {
		at := strings.LastIndexByte(said, ':')
		if of := said[:at]; of != function && !strings.HasSuffix(of, ":function:"+function) {
			return "", false
		}
		said = said[at+1:]
	}
	return said, regexp.MustCompile(`^[1-9][0-9]{0,18}$`).MatchString(said)
}

// highestVersion is the highest published version of a page, in whatever order;
// 0 if there is none. $LATEST is no number.
func highestVersion(versions []types.FunctionConfiguration) int {
	highest := 0
	for _, v := range versions {
		if n, err := strconv.Atoi(aws.ToString(v.Version)); err == nil {
			highest = max(highest, n)
		}
	}
	return highest
}
