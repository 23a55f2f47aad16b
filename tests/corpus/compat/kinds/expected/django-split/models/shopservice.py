class ShopService(Service_decl):
    unique_together = ()