package cli

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/serinhq/serin/statemachine"
)

// restoreCloudFront switches the policy off and writes the primary distribution's
// old configuration, each with the ETag it has when the line runs. The values of
// headers for origins, which nobody noted, are those the distribution has then.
func restoreCloudFront(spec statemachine.TargetSpec, back statemachine.Split) (string, error) {
	var config struct{ Distribution string }
	if err := json.Unmarshal(spec.Config, &config); err != nil {
		return "", fmt.Errorf("read the target's config: %w", err)
	}
	form, err := unpack(back.Form)
	if err != nil {
		return "", fmt.Errorf("read what preflight noted: %w", err)
	}
	primary, isPrimary := form["primary"].(map[string]any)
	policy, isPolicy := primary["ContinuousDeploymentPolicyId"].(string)
	if !isPrimary || !isPolicy {
		return "", errors.New("preflight noted no configuration of the distribution")
	}
	var texts [2]string
	for i, document := range []any{form["policy"], primary} {
		text, err := json.Marshal(withoutNulls(document))
		if err != nil {
			return "", fmt.Errorf("write a configuration: %w", err)
		}
		texts[i] = string(text)
	}
	document := shell(texts[1])
	if withheld, ok := form["withheld"]; ok {
		list, err := json.Marshal(withheld)
		if err != nil {
			return "", fmt.Errorf("write what was withheld: %w", err)
		}
		document = `"$(` + shell("aws", "cloudfront", "get-distribution-config", "--id", config.Distribution, "--query", "DistributionConfig", "--output", "json") +
			" | " + shell("jq", "-c", fmt.Sprintf(cloudFrontProgram, texts[1], list)) + `)"`
	}
	return shell("aws", "cloudfront", "update-continuous-deployment-policy", "--id", policy) +
		` --if-match "$(` + shell("aws", "cloudfront", "get-continuous-deployment-policy", "--id", policy, "--query", "ETag", "--output", "text") + `)" ` +
		shell("--continuous-deployment-policy-config", texts[0]) + " && " +
		shell("aws", "cloudfront", "update-distribution", "--id", config.Distribution) +
		` --if-match "$(` + shell("aws", "cloudfront", "get-distribution", "--id", config.Distribution, "--query", "ETag", "--output", "text") + `)" ` +
		"--distribution-config " + document, nil
}

// cloudFrontProgram is the jq program that has the values which a distribution sends
// now in the old configuration, the first %s; the second are those withheld.
const cloudFrontProgram = `def sent($origin; $header): [.Origins.Items[] | select(.Id == $origin) | .CustomHeaders.Items[]?` +
	` | select((.HeaderName | ascii_downcase) == ($header | ascii_downcase)) | .HeaderValue][0]; . as $now | %s | reduce %s[] as $w (.;` +
	` (.Origins.Items[] | select(.Id == $w.origin) | .CustomHeaders.Items[] | select(.HeaderName == $w.header)).HeaderValue =` +
	` ($now | sent($w.from; $w.header) // sent($w.origin; $w.header) // error("nothing sends " + $w.header + " to " + $w.from)))`

// unpack reads a note that is packed JSON.
func unpack(text string) (map[string]any, error) {
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, err
	}
	r, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	var note map[string]any
	return note, json.NewDecoder(io.LimitReader(r, 1<<20)).Decode(&note)
}

// withoutNulls is a document as the AWS CLI takes it: what is not said is left out.
func withoutNulls(document any) any {
	switch document := document.(type) {
	case map[string]any:
		kept := map[string]any{}
		for key, value := range document {
			if value != nil {
				kept[key] = withoutNulls(value)
			}
		}
		return kept
	case []any:
		for i := range document {
			document[i] = withoutNulls(document[i])
		}
	}
	return document
}
