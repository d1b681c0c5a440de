package awstest

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codepipeline/types"
)

// PipelineAction declares an action that runs in order; owner AWS, version 1.
func PipelineAction(name string, category types.ActionCategory, provider, namespace string, order int32) types.ActionDeclaration {
	decl := types.ActionDeclaration{
		Name: aws.String(name), RunOrder: aws.Int32(order), ActionTypeId: &types.ActionTypeId{
			Category: category, Owner: types.ActionOwnerAws, Provider: aws.String(provider), Version: aws.String("1"),
		},
	}
	if namespace != "" {
		decl.Namespace = aws.String(namespace)
	}
	return decl
}

// ManualApproval declares a manual approval that runs in order.
func ManualApproval(name string, order int32) types.ActionDeclaration {
	return PipelineAction(name, types.ActionCategoryApproval, "Manual", "", order)
}
