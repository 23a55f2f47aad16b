
class XOSBase(XOSBase_decl):
    pass

class Service(Service_decl):
    pass

class ServiceInstance(ServiceInstance_decl):
    pass

class ShopService(ShopService_decl):
    pass

class Customer(Customer_decl):
    pass

class Order(Order_decl):
    pass

class Color(Color_decl):
    pass

class Grant(Grant_decl):
    pass
