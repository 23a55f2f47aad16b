
class XOSBase:
    KIND = "shop"
    app_label = "shop"
class Service(XOSBase):
    KIND = "shop"
    app_label = "shop"
class ServiceInstance(XOSBase):
    KIND = "shop"
    app_label = "shop"
# Service is Service in ""
class ShopService(Service):
    KIND = "shop"
    app_label = "shop"
# ServiceInstance is ServiceInstance in ""
class Customer(ServiceInstance):
    KIND = "shop"
    app_label = "shop"
class Order(XOSBase):
    KIND = "shop"
    app_label = "shop"
class Color(XOSBase):
    KIND = "shop"
    app_label = "shop"
class Grant(XOSBase):
    KIND = "shop"
    app_label = "shop"