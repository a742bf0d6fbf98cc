# The API of one Region: the deployable document, imported as it is. Routes, validation,
# authorization and integrations are in the document, so a new operation changes nothing
# here.

locals {
  stage         = module.settings.names.stage
  document_path = coalesce(var.document, "${var.repository}/dist/deployable.json")

  # The values that the document leaves open. API Gateway fills in everything else that
  # differs between Regions, and the stage variable what differs between environments.
  placeholders = { name = "\"PLACEHOLDER_API_NAME\"", pools = "\"PLACEHOLDER_USER_POOL_ARNS\"" }
  document     = try(file(local.document_path), "")
  named        = replace(local.document, local.placeholders.name, jsonencode(module.settings.names.api))
  body         = replace(local.named, local.placeholders.pools, jsonencode(data.aws_cognito_user_pools.environment.arns))
}

# One pool for all Regions: sign-in needs the pool's Region, and users who are signed in
# already continue in the others (see the README). AWS chooses the id.
data "aws_cognito_user_pools" "environment" {
  region = local.settings.home
  name   = module.settings.names.user_pool

  lifecycle {
    postcondition {
      condition     = length(self.arns) == 1
      error_message = "There are ${length(self.arns)} user pools named ${module.settings.names.user_pool} in ${local.settings.home}: the API needs exactly one. Apply the root global first, or remove the other pool."
    }
  }
}

data "aws_kms_alias" "environment" {
  count  = local.full
  region = var.region
  name   = module.settings.names.key_alias
}

# The API without a document. An import overwrites every setting of an API and resets
# those that the document does not have, so the document has them all: description,
# compression, the disabled execute-api endpoint. Here is only what an import leaves
# alone, and the name, which must be the document's title. The type of IP address is not
# set, because it is the execute-api endpoint's: the domain names have their own.
resource "aws_api_gateway_rest_api" "api" {
  region = var.region

  name = module.settings.names.api

  endpoint_configuration {
    types = ["REGIONAL"]
  }

  lifecycle {
    create_before_destroy = true

    precondition {
      condition     = alltrue([for p in values(local.placeholders) : strcontains(local.document, p)])
      error_message = "${local.document_path} does not exist or is not a deployable document: write it with 'go tool mage contract:merge'."
    }
  }
}

# The import. The resource is in the state after AWS has accepted the complete document,
# so an import that failed is repeated by the next apply. The argument body of
# aws_api_gateway_rest_api would be in the state after a failure as well, and the next
# apply would deploy a part of the document (hashicorp/terraform-provider-aws#4202).
#
# Terraform replaces the resource when the document changes, which only imports: the
# provider has no delete for it.
resource "aws_api_gateway_rest_api_put" "document" {
  region = var.region

  rest_api_id      = aws_api_gateway_rest_api.api.id
  body             = local.body
  fail_on_warnings = true # otherwise AWS silently drops what it does not understand

  # Texts for people are served from the public specification.
  parameters = {
    ignore = "documentation"
  }
}

resource "aws_api_gateway_deployment" "api" {
  region = var.region

  # Of the import and not of the API, so that a deployment comes after its import.
  rest_api_id = aws_api_gateway_rest_api_put.document.rest_api_id
  description = "The document ${substr(sha256(local.body), 0, 12)}"

  # A deployment is a copy of the API at one time. Without the trigger, a new document
  # would be imported and never served.
  triggers = {
    document = sha256(local.body)
  }

  lifecycle {
    # The stage moves to the new deployment before the old one is deleted.
    create_before_destroy = true

    # An import of the same document, after one that may have failed, can change settings
    # that a stage has from its last deployment on.
    replace_triggered_by = [aws_api_gateway_rest_api_put.document]
  }
}

resource "aws_api_gateway_stage" "api" {
  #checkov:skip=CKV_AWS_120: responses contain the caller's own data and change with it; a cache would serve old data and save little over DynamoDB.
  #checkov:skip=CKV2_AWS_77: the firewall has the rules against Log4j lookups; the check does not read a list of rules.
  #checkov:skip=CKV2_AWS_51: a client certificate authenticates the gateway to an HTTP backend; Lambda uses IAM.
  #checkov:skip=CKV2_AWS_4: the method settings below log the errors of every route; the check also wants metrics by route, which a lean environment does not pay for.
  region = var.region

  rest_api_id           = aws_api_gateway_rest_api.api.id
  deployment_id         = aws_api_gateway_deployment.api.id
  stage_name            = local.stage
  description           = "${module.settings.system.title} ${var.environment} in ${var.region}"
  xray_tracing_enabled  = true
  cache_cluster_enabled = false

  # The document's integrations form the functions' names with it.
  variables = {
    environment = var.environment
  }

  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.access.arn
    format          = jsonencode(local.access_log)
  }
}

resource "aws_api_gateway_method_settings" "all" {
  #checkov:skip=CKV_AWS_225: the stage has no cache, on purpose (see the stage).
  region = var.region

  rest_api_id = aws_api_gateway_rest_api.api.id
  stage_name  = aws_api_gateway_stage.api.stage_name
  method_path = "*/*"

  settings {
    metrics_enabled        = !module.settings.lean # by route, for the contexts' alarms
    logging_level          = "ERROR"
    data_trace_enabled     = false # bodies contain personal data
    caching_enabled        = false
    throttling_rate_limit  = local.settings.api.requestsPerSecond
    throttling_burst_limit = local.settings.api.burst
  }

  # Otherwise the first request would create the log group, without a key or an expiry.
  depends_on = [aws_cloudwatch_log_group.execution]
}

# A function can be invoked by this API, from this stage, for the route that it serves. A
# GET route serves HEAD, too. A path parameter matches any text.
resource "aws_lambda_permission" "route" {
  for_each = merge([
    for key, f in module.settings.functions : {
      for method in(f.method == "GET" ? ["GET", "HEAD"] : [f.method]) : "${key} ${method}" => { name = module.settings.names.functions[key], path = f.path, method = method }
    }
  ]...)
  region = var.region

  statement_id  = "api-${lower(each.value.method)}"
  action        = "lambda:InvokeFunction"
  function_name = each.value.name
  qualifier     = "live"
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_api_gateway_rest_api.api.execution_arn}/${local.stage}/${each.value.method}${replace(each.value.path, "/\\{[^}]*\\}/", "*")}"
}
