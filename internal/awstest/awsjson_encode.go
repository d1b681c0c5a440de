package awstest

import (
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// awsJSONValue turns one of the SDK's own output structs into the JSON value the service would send: names begin in
// lower case, absent members are left out, times are seconds since the epoch with milliseconds. A stand-in so answers
// in AWS's own types and cannot misspell a member.
func awsJSONValue(v any) any {
	if v == nil {
		return map[string]any{}
	}
	out, ok := awsJSONMember(reflect.ValueOf(v))
	if !ok {
		return map[string]any{}
	}
	return out
}

// awsJSONMember returns the JSON value of v, and false when the member is absent.
func awsJSONMember(v reflect.Value) (any, bool) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return nil, false
		}
		return awsJSONMember(v.Elem())
	case reflect.Struct:
		if at, ok := reflect.TypeAssert[time.Time](v); ok {
			return json.Number(strconv.FormatFloat(float64(at.UnixMilli())/1000, 'f', 3, 64)), true
		}
		return awsJSONStruct(v), true
	case reflect.Slice:
		if v.IsNil() {
			return nil, false
		}
		return awsJSONList(v), true
	case reflect.Map:
		if v.IsNil() {
			return nil, false
		}
		return awsJSONMap(v), true
	case reflect.String:
		return v.String(), v.String() != "" || v.Type() == reflect.TypeFor[string]()
	default:
		return v.Interface(), true
	}
}

func awsJSONStruct(v reflect.Value) map[string]any {
	out := map[string]any{}
	for field, value := range v.Fields() {
		if !field.IsExported() || field.Name == "ResultMetadata" {
			continue
		}
		if member, ok := awsJSONMember(value); ok {
			out[awsJSONName(v.Type().Name(), field.Name)] = member
		}
	}
	return out
}

// awsJSONName is a member's name on the wire. A few of CodeDeploy's structures keep their capitals.
func awsJSONName(structure, member string) string {
	switch structure {
	case "DeploymentOverview", "EC2TagFilter", "TagFilter":
		return member
	default:
		return strings.ToLower(member[:1]) + member[1:]
	}
}

func awsJSONList(v reflect.Value) []any {
	out := make([]any, 0, v.Len())
	for i := range v.Len() {
		if member, ok := awsJSONMember(v.Index(i)); ok {
			out = append(out, member)
		}
	}
	return out
}

func awsJSONMap(v reflect.Value) map[string]any {
	out := map[string]any{}
	for key, value := range v.Seq2() {
		if member, ok := awsJSONMember(value); ok {
			out[key.String()] = member
		}
	}
	return out
}
