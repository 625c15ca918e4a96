def test_sqs(endpoint):
    sqs = endpoint.client("sqs")
    u = sqs.create_queue(QueueName="a")["QueueUrl"]
    sqs.send_message(QueueUrl=u, MessageBody="hi", MessageAttributes={"k": {"DataType": "String", "StringValue": "v"}})
    m = sqs.receive_message(QueueUrl=u, MessageAttributeNames=["All"], AttributeNames=["All"])
    print(m)
    assert m["Messages"][0]["Body"] == "hi"

def test_s3(endpoint):
    s3 = endpoint.client("s3")
    s3.create_bucket(Bucket="bucket-one")
    s3.put_object(Bucket="bucket-one", Key="a/b c+d.txt", Body=b"hello", ContentType="text/plain", Metadata={"x": "y"})
    r = s3.get_object(Bucket="bucket-one", Key="a/b c+d.txt")
    assert r["Body"].read() == b"hello", r
    print(r)
    r = s3.get_object(Bucket="bucket-one", Key="a/b c+d.txt", Range="bytes=1-2")
    assert r["Body"].read() == b"el", r
    print(r)
    print(s3.list_objects_v2(Bucket="bucket-one"))

def test_inproc(endpoint):
    r = endpoint.run(endpoint.services.call("s3", "ListBuckets", {}))
    print(r)
    r = endpoint.run(endpoint.services.call("sts", "GetCallerIdentity", {}))
    print(r)
    assert r["Account"] == "000000000000"
