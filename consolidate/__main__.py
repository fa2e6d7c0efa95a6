from consolidate.cli.app import main

main()
