package awstest

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
)

// withoutRemovedItems returns a call that gives moto a template with that template
// as [Template.ForMoto] makes it, and every other call as it is.
func withoutRemovedItems(c Call) (Call, error) {
	form, err := url.ParseQuery(string(c.Body))
	if err != nil || !form.Has("TemplateBody") {
		return c, nil //nolint:nilerr // moto says what is wrong with it
	}
	params, err := parametersOf(form)
	if err != nil {
		return c, err
	}
	template, err := ParseTemplate([]byte(form.Get("TemplateBody")))
	if err != nil {
		return c, err
	}
	body, err := template.ForMoto(params)
	if err != nil {
		return c, err
	}
	form.Set("TemplateBody", string(body))
	c.Body = []byte(form.Encode())
	return c, nil
}

// invalidTemplate is how CloudFormation answers a template it cannot use.
func invalidTemplate(c Call, err error) Answer {
	shape := errorShape{"ValidationError", http.StatusBadRequest, ""}
	return Answer{
		Status: shape.status,
		Header: http.Header{"Content-Type": {"text/xml"}},
		Body:   xmlError(c, shape, err.Error()),
	}
}

// parametersOf reads Parameters.member.N of a CloudFormation call.
func parametersOf(form url.Values) (map[string]string, error) {
	params := map[string]string{}
	for n := 1; ; n++ {
		member := "Parameters.member." + strconv.Itoa(n) + "."
		key := form.Get(member + "ParameterKey")
		if key == "" {
			return params, nil
		}
		if form.Get(member+"UsePreviousValue") == "true" {
			return nil, fmt.Errorf("parameter %s: its previous value is not known here, give it again", key)
		}
		params[key] = form.Get(member + "ParameterValue")
	}
}
