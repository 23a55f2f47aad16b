raw {{ not rendered }} "quoted"
second
