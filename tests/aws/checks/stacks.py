"""Stacks that fail, are busy, are refused: each as CloudFormation has it."""

from checks.asking import refused, template, topic

ONE = {"A": topic("a"), "B": topic("b", DisplayName={"Ref": "A"}), "C": topic("c", DisplayName={"Ref": "B"})}


def _made(ask, resources=None, name="s", **sections):
    body = template(resources or ONE, **sections)
    ask.client("cloudformation").create_stack(StackName=name, TemplateBody=body)
    ask.later(60)
    return ask.stack(name)


def _fails(ask, at, logical="B", **more):
    ask.door("state", {"scripts": {"resources": [{"logical": logical, "at": at, "reason": "no room", **more}]}})


def _named(ask, name="s"):
    listed = ask.client("cloudformation").list_stack_resources(StackName=name)["StackResourceSummaries"]
    return {r["LogicalResourceId"]: r["ResourceStatus"] for r in listed}


def a_creation_that_fails_is_rolled_back(ask):
    _fails(ask, "create")
    stack = _made(ask)
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE", stack
    seen = [(e["LogicalResourceId"], e["ResourceStatus"]) for e in reversed(ask.events("s"))]
    assert seen.index(("A", "CREATE_COMPLETE")) < seen.index(("B", "CREATE_FAILED")) < seen.index(("A", "DELETE_COMPLETE"))
    assert not any(name == "C" for name, _ in seen), seen
    update = ask.client("cloudformation").update_stack
    says = "ROLLBACK_COMPLETE state and can not be updated"
    refused("ValidationError", update, StackName="s", TemplateBody=template(ONE), says=says)
    ask.client("cloudformation").delete_stack(StackName="s")
    ask.later(30)
    refused("ValidationError", ask.stack, "s", says="Stack with id s does not exist")


def an_update_that_fails_goes_back_to_what_was(ask):
    _made(ask)
    _fails(ask, "update", "C")
    before = ask.door("dump?view=end")
    changed = {"A": topic("a", DisplayName="x"), "B": topic("b2", DisplayName={"Ref": "A"}), "C": topic("c", DisplayName="y"), "D": topic("d")}
    ask.client("cloudformation").update_stack(StackName="s", TemplateBody=template(changed))
    ask.later(120)
    assert ask.stack("s")["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    after = ask.door("dump?view=end")
    place = "444444444444 eu-central-1"
    assert before["places"][place]["resources"] == after["places"][place]["resources"], after
    assert before["places"][place]["stacks"]["s"]["template"] == after["places"][place]["stacks"]["s"]["template"]


def a_rollback_that_fails_waits_to_be_continued(ask):
    _made(ask)
    rules = [{"logical": "C", "at": "update", "reason": "no"}, {"logical": "A", "at": "rollback", "reason": "still no"}]
    ask.door("state", {"scripts": {"resources": rules}})
    changed = {"A": topic("a", DisplayName="x"), "C": topic("c", DisplayName="y")}
    client = ask.client("cloudformation")
    client.update_stack(StackName="s", TemplateBody=template(changed))
    ask.later(120)
    assert ask.stack("s")["StackStatus"] == "UPDATE_ROLLBACK_FAILED"
    refused("ValidationError", client.update_stack, StackName="s", TemplateBody=template(ONE), says="UPDATE_ROLLBACK_FAILED")
    client.continue_update_rollback(StackName="s")
    ask.later(60)
    assert ask.stack("s")["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert set(_named(ask)) == {"A", "B", "C"}


def what_cannot_be_restored_is_skipped_on_demand(ask):
    _made(ask)
    rules = [{"logical": "C", "at": "update"}, {"logical": "A", "at": "rollback", "times": 0}]
    ask.door("state", {"scripts": {"resources": rules}})
    client = ask.client("cloudformation")
    client.update_stack(StackName="s", TemplateBody=template({"A": topic("a", DisplayName="x"), "C": topic("c", DisplayName="y")}))
    ask.later(120)
    refused("ValidationError", client.continue_update_rollback, StackName="s", ResourcesToSkip=["B"])
    client.continue_update_rollback(StackName="s", ResourcesToSkip=["A"])
    ask.later(60)
    assert ask.stack("s")["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"


def a_deletion_that_fails_can_let_go(ask):
    _made(ask)
    _fails(ask, "delete")
    client = ask.client("cloudformation")
    refused("ValidationError", client.delete_stack, StackName="s", RetainResources=["B"], says="DELETE_FAILED state")
    client.delete_stack(StackName="s")
    ask.later(60)
    assert ask.stack("s")["StackStatus"] == "DELETE_FAILED"
    assert _named(ask) == {"B": "DELETE_FAILED"}
    client.delete_stack(StackName="s", RetainResources=["B"])
    ask.later(60)
    refused("ValidationError", ask.stack, "s")
    assert ask.door("dump?view=end")["places"]["444444444444 eu-central-1"]["resources"] == ["AWS::SNS::Topic b"]


def a_busy_stack_refuses_a_second_operation(ask):
    client = ask.client("cloudformation")
    client.create_stack(StackName="s", TemplateBody=template(ONE))
    one = {"StackName": "s", "TemplateBody": template(ONE)}
    refused("AlreadyExistsException", client.create_stack, **one, says="Stack [s] already exists")
    refused("ValidationError", client.update_stack, **one, says="CREATE_IN_PROGRESS state and can not be updated")
    kind = {"ChangeSetName": "c", "ChangeSetType": "UPDATE"}
    refused("ValidationError", client.create_change_set, **one, **kind, says="CREATE_IN_PROGRESS")
    ask.later(60)
    found = ask.changes("s", "c", template(ONE | {"D": topic("d")}))
    client.update_stack(StackName="s", TemplateBody=template({"A": topic("a")}))
    refused("ValidationError", client.execute_change_set, StackName="s", ChangeSetName=found["ChangeSetId"], says="UPDATE_IN_PROGRESS")


def a_change_set_says_what_is_replaced(ask):
    _made(ask)
    found = ask.changes("s", "c", template({"A": topic("a2"), "B": topic("b", DisplayName={"Ref": "A"})}))
    seen = {c["ResourceChange"]["LogicalResourceId"]: c["ResourceChange"] for c in found["Changes"]}
    assert seen["A"]["Replacement"] == "True" and seen["A"]["Details"][0]["Target"]["RequiresRecreation"] == "Always"
    assert seen["B"]["Replacement"] == "False" and seen["B"]["Details"][0]["Evaluation"] == "Dynamic", seen["B"]
    assert seen["C"]["Action"] == "Remove" and seen["C"]["PolicyAction"] == "Delete"
    assert "BeforeValue" not in seen["A"]["Details"][0]["Target"]
    told = ask.client("cloudformation").describe_change_set(StackName="s", ChangeSetName="c", IncludePropertyValues=True)
    target = next(c["ResourceChange"] for c in told["Changes"] if c["ResourceChange"]["LogicalResourceId"] == "A")["Details"][0]["Target"]
    assert (target["BeforeValue"], target["AfterValue"], target["AttributeChangeType"]) == ("a", "a2", "Modify")
    before = ask.stack("s")
    ask.client("cloudformation").delete_change_set(StackName="s", ChangeSetName="c")
    refused("ChangeSetNotFound", ask.client("cloudformation").describe_change_set, StackName="s", ChangeSetName="c")
    assert ask.stack("s") | {"ResponseMetadata": 0} == before | {"ResponseMetadata": 0}


def a_new_stack_waits_in_review_until_its_change_set_is_executed(ask):
    client = ask.client("cloudformation")
    ask.changes("s", "c", template(ONE), "CREATE")
    assert ask.stack("s")["StackStatus"] == "REVIEW_IN_PROGRESS"
    refused("ValidationError", client.get_template, StackName="s")
    assert [s["ChangeSetName"] for s in client.list_change_sets(StackName="s")["Summaries"]] == ["c"]
    refused("ValidationError", client.update_stack, StackName="s", TemplateBody=template(ONE), says="REVIEW_IN_PROGRESS")
    client.execute_change_set(StackName="s", ChangeSetName="c")
    ask.later(60)
    assert ask.stack("s")["StackStatus"] == "CREATE_COMPLETE"
    refused("InvalidChangeSetStatus", client.execute_change_set, StackName="s", ChangeSetName="c")


def what_no_template_may_is_refused(ask):
    client = ask.client("cloudformation")
    role = {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "r", "AssumeRolePolicyDocument": {}}}
    code, named = "InsufficientCapabilitiesException", template({"R": role})
    refused(code, client.create_stack, StackName="s", TemplateBody=named, says="[CAPABILITY_NAMED_IAM]")
    parameter = {"P": {"Type": "String", "AllowedPattern": "[a-z]+", "ConstraintDescription": "small letters"}}
    body = template({"A": topic({"Ref": "P"})}, Parameters=parameter)
    refused("ValidationError", client.create_stack, StackName="s", TemplateBody=body, says="Parameters: [P] must have values")
    wrong = [{"ParameterKey": "P", "ParameterValue": "X"}]
    refused("ValidationError", client.create_stack, StackName="s", TemplateBody=body, Parameters=wrong, says="small letters")
    client.create_stack(StackName="p", TemplateBody=body, Parameters=[{"ParameterKey": "P", "ParameterValue": "x"}])
    ask.later(30)
    changed = template({"A": topic({"Ref": "P"}, DisplayName="n")}, Parameters=parameter)
    client.update_stack(StackName="p", TemplateBody=changed, Parameters=[{"ParameterKey": "P", "UsePreviousValue": True}])
    ask.later(30)
    assert ask.stack("p")["Parameters"] == [{"ParameterKey": "P", "ParameterValue": "x"}]
    lonely = {"StackName": "s", "TemplateBody": template({"A": topic({"Ref": "Nobody"})})}
    refused("ValidationError", client.create_stack, **lonely, says="Unresolved resource dependencies [Nobody]")
    circle = {"A": topic({"Ref": "B"}), "B": topic({"Ref": "A"})}
    refused("ValidationError", client.create_stack, StackName="s", TemplateBody=template(circle), says="Circular dependency")
    is_one = {"Fn::Equals": [{"Ref": "AWS::AccountId"}, "1"]}
    rules = {"Here": {"Assertions": [{"Assert": is_one, "AssertDescription": "belongs elsewhere"}]}}
    here = {"StackName": "s", "TemplateBody": template(ONE, Rules=rules)}
    refused("ValidationError", client.create_stack, **here, says="belongs elsewhere")
    refused("ValidationError", client.create_change_set, **here, ChangeSetName="c", ChangeSetType="CREATE", says="belongs elsewhere")
    refused("ValidationError", client.create_stack, StackName="s", TemplateBody=template(ONE) + " " * 51_200, says="51200")
    refused("ValidationError", client.create_stack, StackName="s", TemplateURL="https://s3.amazonaws.com/nobody/x", says="S3 error")
    refused("ValidationError", client.create_stack, StackName="not a name", TemplateBody=template(ONE), says="pattern")
    refused("ValidationError", ask.stack, "s")
    client.create_stack(StackName="u", TemplateBody=template({"X": {"Type": "AWS::SNS::Topic", "Properties": {"Nonsense": "1"}}}))
    ask.later(30)
    assert ask.stack("u")["StackStatus"] == "ROLLBACK_COMPLETE"
    client.update_termination_protection(StackName="p", EnableTerminationProtection=True)
    refused("ValidationError", client.delete_stack, StackName="p", says="TerminationProtection is enabled")


def what_was_retained_stands_in_the_way_of_its_name(ask):
    kept = topic("a") | {"DeletionPolicy": "RetainExceptOnCreate"}
    _made(ask, {"A": kept})
    ask.client("cloudformation").delete_stack(StackName="s")
    ask.later(30)
    stack = _made(ask, {"A": kept})
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    assert any("already exists" in e.get("ResourceStatusReason", "") for e in ask.events("s"))


def an_export_that_is_used_can_neither_go_nor_change(ask):
    outputs = {"Out": {"Value": {"Ref": "A"}, "Export": {"Name": "shared"}}}
    _made(ask, {"A": topic("a")}, "base", Outputs=outputs)
    _made(ask, {"B": topic("b", DisplayName={"Fn::ImportValue": "shared"})}, "user")
    client = ask.client("cloudformation")
    assert client.list_imports(ExportName="shared")["Imports"] == ["user"]
    refused("ValidationError", client.delete_stack, StackName="base", says="in use by user")
    client.update_stack(StackName="base", TemplateBody=template({"A": topic("a")}))
    ask.later(60)
    assert ask.stack("base")["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    orphan = template({"C": topic("c", DisplayName={"Fn::ImportValue": "nothing"})})
    found = ask.changes("orphan", "c", orphan, "CREATE")
    assert found["Status"] == "FAILED" and "No export named nothing found" in found["StatusReason"], found
    client.create_stack(StackName="orphan2", TemplateBody=orphan)
    ask.later(30)
    assert ask.stack("orphan2")["StackStatus"] == "ROLLBACK_COMPLETE"




def what_is_still_in_review_is_deleted_at_once(ask):
    client = ask.client("cloudformation")
    ask.changes("s", "c", template(ONE), "CREATE")
    client.delete_stack(StackName="s")
    ask.later(5)
    refused("ValidationError", ask.stack, "s")
    refused("ValidationError", client.list_change_sets, StackName="s")
    ask.changes("s", "c", template(ONE), "CREATE")
