from aws_cdk import App

from shop.stack import ShopStack

app = App()
ShopStack(app, "Shop", version="1.36")
app.synth()
